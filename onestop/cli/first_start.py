"""The first start of an empty installation: the shipped catalogue and one administrator."""

from datetime import date, datetime

from onestop.db import Database
from onestop.domain.agencies import AgencyFunction, AgencyLevel, AgencySpec
from onestop.domain.rights import Role
from onestop.inputs.calendars import shipped_calendars
from onestop.inputs.procedures import shipped_procedures
from onestop.queries.accounts import agency_id_by_code, users
from onestop.services.accounts import assign_role, create_user
from onestop.services.agency_imports import import_agencies
from onestop.services.calendars import install_calendars
from onestop.services.catalogue import import_procedures
from onestop.services.passwords import one_time_password

USERNAME = "admin"
SHIPPED = "data/calendars"
# Stands for the province until `onestop agencies import` names the real one.
ROOT = AgencySpec(
    code="H00",
    name="Chưa khai báo cơ quan",
    level=AgencyLevel.PROVINCE,
    function=AgencyFunction.COMMITTEE,
    parent="",
    calendar_key="vn-0700",
    valid_from=date(2000, 1, 1),
    name_en="Agencies not entered yet",
)


def make_first_administrator(database: Database, at: datetime) -> str | None:
    """Return the one-time password of the new account `admin`, or None if there are accounts."""
    with database.write() as session:
        if users(session, now=at):
            return None
        install_calendars(session, shipped_calendars(), source=SHIPPED, at=at)
        import_procedures(session, shipped_procedures(), at=at)
        import_agencies(session, [ROOT])
        password = one_time_password()
        user_id = create_user(session, USERNAME, display_name="Quản trị", password=password, at=at)
        agency_id = agency_id_by_code(session, ROOT.code)
        if agency_id is None:
            raise RuntimeError("the agency just imported is not there")
        assign_role(session, user_id, agency_id=agency_id, role=Role.ADMIN, at=at)
        return password
