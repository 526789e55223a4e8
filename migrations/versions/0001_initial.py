"""Initial."""

import sqlalchemy as sa
from alembic import op

from onestop.triggers import create_triggers

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("old_code", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("name_folded", sa.String(length=300), nullable=False),
        sa.Column("header_parent", sa.String(length=200), nullable=False),
        sa.Column("header_name", sa.String(length=200), nullable=False),
        sa.Column("leader_title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "province",
                "district",
                "commune",
                "department",
                "centre",
                "vertical",
                name="agencylevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "function",
            sa.Enum(
                "committee",
                "one_stop",
                "office",
                "justice",
                "economy",
                "construction",
                "land",
                "social",
                "culture",
                "police",
                "tax",
                "insurance",
                "land_registration",
                name="agencyfunction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("calendar_key", sa.String(length=64), nullable=False),
        sa.Column("calendar_copied_from", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("due_soon_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "due_soon_days BETWEEN 1 AND 30", name=op.f("ck_agencies_due_soon_days")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_agencies_valid_range")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["agencies.id"], name=op.f("fk_agencies_parent_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["agencies.id"], name=op.f("fk_agencies_successor_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_agencies_code_valid_from")),
    )
    op.create_index(
        "ix_agencies_parent_id_function", "agencies", ["parent_id", "function"], unique=False
    )
    op.create_index("ix_agencies_path", "agencies", ["path"], unique=False)
    op.create_index(op.f("ix_agencies_successor_id"), "agencies", ["successor_id"], unique=False)
    op.create_table(
        "anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
        sa.UniqueConstraint("previous", name=op.f("uq_anchors_previous")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_for_ever", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "actor", "route", "key", name=op.f("uq_idempotency_keys_actor_route_key")
        ),
    )
    op.create_table(
        "procedure_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_folded", sa.String(length=400), nullable=False),
        sa.Column("sector_code", sa.String(length=40), nullable=False),
        sa.Column("sector_name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "public",
                "internal",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_procedure_editions_valid_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_editions")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_procedure_editions_code_edition")),
    )
    op.create_index(
        "ix_procedure_editions_code_valid_from",
        "procedure_editions",
        ["code", "valid_from"],
        unique=False,
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("neighbourhood", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(
        "ix_sign_in_failures_address_at", "sign_in_failures", ["address", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_failures_username_at", "sign_in_failures", ["username", "at"], unique=False
    )
    op.create_table(
        "tree_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_revisions")),
    )
    op.create_table(
        "used_form_tokens",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_used_form_tokens")),
    )
    op.create_index(
        op.f("ix_used_form_tokens_used_at"), "used_form_tokens", ["used_at"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('vi', 'en')", name=op.f("ck_users_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_access_log_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_access_log_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("agency_id", "day", "n", name=op.f("uq_access_log_agency_id_day_n")),
    )
    op.create_index(op.f("ix_access_log_subject"), "access_log", ["subject"], unique=False)
    op.create_index(op.f("ix_access_log_user_id"), "access_log", ["user_id"], unique=False)
    op.create_table(
        "access_log_heads",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_access_log_heads_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day", name=op.f("pk_access_log_heads")),
    )
    op.create_table(
        "agency_areas",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("served_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_agency_areas_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["served_id"], ["agencies.id"], name=op.f("fk_agency_areas_served_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "served_id", name=op.f("pk_agency_areas")),
    )
    op.create_index(op.f("ix_agency_areas_served_id"), "agency_areas", ["served_id"], unique=False)
    op.create_table(
        "calendar_versions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "version >= 1", name=op.f("ck_calendar_versions_version_counts_from_one")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_calendar_versions_recorded_by_users")
        ),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_calendar_versions")),
    )
    op.create_table(
        "code_counters",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_code_counters_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day", name=op.f("pk_code_counters")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "leave",
                "mission",
                "training",
                "other",
                name="absencereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_delegations_ended_by_somebody")
        ),
        sa.CheckConstraint("from_user_id <> to_user_id", name=op.f("ck_delegations_two_people")),
        sa.CheckConstraint("until > since", name=op.f("ck_delegations_until_after_since")),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["users.id"], name=op.f("fk_delegations_ended_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["users.id"], name=op.f("fk_delegations_from_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_delegations_made_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["users.id"], name=op.f("fk_delegations_to_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(
        op.f("ix_delegations_from_user_id"), "delegations", ["from_user_id"], unique=False
    )
    op.create_index(op.f("ix_delegations_to_user_id"), "delegations", ["to_user_id"], unique=False)
    op.create_table(
        "desks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("paper_size", sa.String(length=8), nullable=False),
        sa.Column("papers_as", sa.String(length=8), server_default="list", nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_desks_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
        sa.UniqueConstraint("agency_id", "name", name=op.f("uq_desks_agency_id_name")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "expired",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_jobs_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_jobs_asked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_asked_by"), "jobs", ["asked_by"], unique=False)
    op.create_index(
        "ix_jobs_not_done",
        "jobs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "procedure_terms",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["procedure_editions.id"],
            name=op.f("fk_procedure_terms_edition_id_procedure_editions"),
        ),
        sa.PrimaryKeyConstraint("edition_id", "term", name=op.f("pk_procedure_terms")),
    )
    op.create_index("ix_procedure_terms_term", "procedure_terms", ["term"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "role_assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "officer",
                "leader",
                "registrar",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("assistant", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT assistant OR role = 'leader'", name=op.f("ck_role_assignments_assistant_of_leader")
        ),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_role_assignments_until_after_since")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_role_assignments_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_role_assignments_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignments")),
    )
    op.create_index(
        op.f("ix_role_assignments_agency_id"), "role_assignments", ["agency_id"], unique=False
    )
    op.create_index(
        op.f("ix_role_assignments_user_id"), "role_assignments", ["user_id"], unique=False
    )
    op.create_table(
        "series_counters",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_series_counters_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "series", "year", name=op.f("pk_series_counters")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "second_factor",
                "new_password",
                "enrolment",
                "open",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("totp_offered", sa.LargeBinary(), nullable=True),
        sa.Column("notices", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sessions_token_sha256")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "value_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_value_confirmations_confirmed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["procedure_editions.id"],
            name=op.f("fk_value_confirmations_edition_id_procedure_editions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_confirmations")),
        sa.UniqueConstraint(
            "edition_id", "path", name=op.f("uq_value_confirmations_edition_id_path")
        ),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "received",
                "rejected",
                "processing",
                "supplement_required",
                "payment_required",
                "withdrawn",
                "suspended",
                "stopped",
                "completed",
                "returned",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("procedure_edition_id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=False),
        sa.Column("law_edition", sa.String(length=16), nullable=False),
        sa.Column("form_edition", sa.String(length=16), nullable=False),
        sa.Column("filing_agency_id", sa.Integer(), nullable=False),
        sa.Column("receiving_agency_id", sa.Integer(), nullable=False),
        sa.Column("competent_agency_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "direct",
                "postal",
                "portal",
                "vneid",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number_day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("book_year", sa.Integer(), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("book_number", sa.Integer(), nullable=False),
        sa.Column("limit", sa.String(length=40), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.Column("fee_paid", sa.Boolean(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "desk",
                "postal",
                "electronic",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column(
            "punctuality",
            sa.Enum(
                "early",
                "on_time",
                "overdue",
                name="punctuality",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("supplement_requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refiling_of", sa.String(length=60), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "late_at IS NOT NULL OR paused_at IS NOT NULL", name=op.f("ck_dossiers_late_or_paused")
        ),
        sa.CheckConstraint(
            "returned_at IS NULL OR finished_at IS NOT NULL",
            name=op.f("ck_dossiers_return_after_finish"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_dossiers_version_from_one")),
        sa.ForeignKeyConstraint(
            ["competent_agency_id"],
            ["agencies.id"],
            name=op.f("fk_dossiers_competent_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_dossiers_desk_id_desks")),
        sa.ForeignKeyConstraint(
            ["filing_agency_id"],
            ["agencies.id"],
            name=op.f("fk_dossiers_filing_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["procedure_edition_id"],
            ["procedure_editions.id"],
            name=op.f("fk_dossiers_procedure_edition_id_procedure_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["users.id"], name=op.f("fk_dossiers_received_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["receiving_agency_id"],
            ["agencies.id"],
            name=op.f("fk_dossiers_receiving_agency_id_agencies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("code", name=op.f("uq_dossiers_code")),
        sa.UniqueConstraint(
            "receiving_agency_id",
            "book_year",
            "book",
            "book_number",
            name=op.f("uq_dossiers_receiving_agency_id_book_year_book_book_number"),
        ),
        sa.UniqueConstraint(
            "receiving_agency_id",
            "number_day",
            "number",
            name=op.f("uq_dossiers_receiving_agency_id_number_day_number"),
        ),
    )
    op.create_index(
        op.f("ix_dossiers_competent_agency_id"), "dossiers", ["competent_agency_id"], unique=False
    )
    op.create_index(
        "ix_dossiers_finished_at",
        "dossiers",
        ["finished_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossiers_open",
        "dossiers",
        ["late_at", "id"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "ix_dossiers_open_by_agency",
        "dossiers",
        ["receiving_agency_id", "late_at", "id"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        op.f("ix_dossiers_procedure_edition_id"), "dossiers", ["procedure_edition_id"], unique=False
    )
    op.create_index(
        "ix_dossiers_received", "dossiers", ["receiving_agency_id", "received_at"], unique=False
    )
    op.create_index(op.f("ix_dossiers_refiling_of"), "dossiers", ["refiling_of"], unique=False)
    op.create_table(
        "anchored_heads",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("anchor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["anchor_id"],
            ["anchors.id"],
            name=op.f("fk_anchored_heads_anchor_id_anchors"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_anchored_heads_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_anchored_heads")),
    )
    op.create_index(
        op.f("ix_anchored_heads_anchor_id"), "anchored_heads", ["anchor_id"], unique=False
    )
    op.create_table(
        "dossier_events",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_dossier_events_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_events_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_dossier_events")),
    )
    op.create_index(
        op.f("ix_dossier_events_recorded_at"), "dossier_events", ["recorded_at"], unique=False
    )
    op.create_table(
        "dossier_papers",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_papers_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "line", name=op.f("pk_dossier_papers")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "step_due_soon",
                "step_late",
                "dossier_late",
                "pile_late",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "officer",
                "leader",
                "registrar",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR role IS NOT NULL", name=op.f("ck_notices_recipient")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_notices_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_notices_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(["seen_by"], ["users.id"], name=op.f("fk_notices_seen_by_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "dossier_id",
            "kind",
            "scope",
            "attempt",
            "due_at",
            name=op.f("uq_notices_dossier_id_kind_scope_attempt_due_at"),
        ),
    )
    op.create_index(
        "ix_notices_agency_id_role",
        "notices",
        ["agency_id", "role"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_index(
        "ix_notices_user_id",
        "notices",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("event_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_outbox_messages_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_index(
        "ix_outbox_messages_waiting",
        "outbox_messages",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "paper_holdings",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_pile", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_paper_holdings_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_paper_holdings_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_paper_holdings_user_id_users")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_paper_holdings")),
    )
    op.create_index(
        op.f("ix_paper_holdings_agency_id"), "paper_holdings", ["agency_id"], unique=False
    )
    op.create_index(op.f("ix_paper_holdings_user_id"), "paper_holdings", ["user_id"], unique=False)
    op.create_table(
        "participations",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("taking_part_as", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_participations_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_participations_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint(
            "dossier_id", "agency_id", "taking_part_as", name=op.f("pk_participations")
        ),
    )
    op.create_index(
        "ix_participations_agency", "participations", ["agency_id", "dossier_id"], unique=False
    )
    op.create_table(
        "parties",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_folded", sa.String(length=255), nullable=False),
        sa.Column("name_sort", sa.String(length=255), nullable=False),
        sa.Column("born", sa.String(length=10), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.String(length=64), nullable=True),
        sa.Column("id_last_four_hash", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_last_four_hash", sa.String(length=64), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("role IN ('applicant', 'submitter')", name=op.f("ck_parties_role")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_parties_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "role", name=op.f("pk_parties")),
    )
    op.create_index("ix_parties_id_number_hash", "parties", ["id_number_hash"], unique=False)
    op.create_index("ix_parties_name_folded", "parties", ["name_folded"], unique=False)
    op.create_index("ix_parties_phone_hash", "parties", ["phone_hash"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("pause", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "supplement",
                "payment",
                "suspension",
                "uncounted",
                name="pausekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step_key", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("papers", sa.String(length=4000), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("citizen_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_pauses_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "pause", name=op.f("pk_pauses")),
    )
    op.create_index(
        "ix_pauses_terms",
        "pauses",
        ["citizen_due_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND citizen_due_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND citizen_due_at IS NOT NULL"),
    )
    op.create_table(
        "personal_values",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_personal_values_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_values")),
    )
    op.create_index(
        op.f("ix_personal_values_dossier_id"), "personal_values", ["dossier_id"], unique=False
    )
    op.create_table(
        "promises",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column(
            "ground",
            sa.Enum(
                "first",
                "pause",
                "calendar",
                "correction",
                "extension",
                "reopen",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=40), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_promises_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["users.id"], name=op.f("fk_promises_approved_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_promises_asked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_promises_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "line", name=op.f("pk_promises")),
    )
    op.create_table(
        "proposals",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "supplement",
                "extension",
                name="proposalkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step_key", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("papers", sa.String(length=4000), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_proposals_asked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_proposals_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "proposal", name=op.f("pk_proposals")),
    )
    op.create_index(
        "ix_proposals_open",
        "proposals",
        ["dossier_id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "search_terms",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_search_terms_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "term", name=op.f("pk_search_terms")),
    )
    op.create_index("ix_search_terms_term", "search_terms", ["term", "dossier_id"], unique=False)
    op.create_table(
        "status_links",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("check_code_hmac", sa.String(length=64), nullable=False),
        sa.Column("check_code", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('live', 'superseded', 'revoked')", name=op.f("ck_status_links_state")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_status_links_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_status_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_status_links_token_sha256")),
    )
    op.create_table(
        "steps",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=600), nullable=False),
        sa.Column("name_en", sa.String(length=600), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "receive",
                "work",
                "consult",
                "review",
                "sign",
                "register",
                "await_citizen",
                "return",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "officer",
                "leader",
                "registrar",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "offered",
                "open",
                "done",
                "withdrawn",
                "stale",
                name="stepstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_steps_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_steps_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["users.id"], name=op.f("fk_steps_holder_id_users")),
        sa.PrimaryKeyConstraint("dossier_id", "key", "attempt", name=op.f("pk_steps")),
    )
    op.create_index(
        "ix_steps_done_by_agency",
        "steps",
        ["agency_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("status = 'done'"),
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "ix_steps_live_by_agency",
        "steps",
        ["agency_id", "late_at", "dossier_id"],
        unique=False,
        sqlite_where=sa.text("status IN ('offered', 'open')"),
        postgresql_where=sa.text("status IN ('offered', 'open')"),
    )
    op.create_index(
        "ix_steps_live_by_holder",
        "steps",
        ["holder_id", "late_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('offered', 'open')"),
        postgresql_where=sa.text("status IN ('offered', 'open')"),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("procedure_edition_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.String(length=64), nullable=True),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_visits_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_visits_by_users")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_visits_desk_id_desks")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_visits_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_edition_id"],
            ["procedure_editions.id"],
            name=op.f("fk_visits_procedure_edition_id_procedure_editions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_visits_token_sha256")),
    )
    op.create_index(op.f("ix_visits_agency_id"), "visits", ["agency_id"], unique=False)
    op.create_index(op.f("ix_visits_id_number_hash"), "visits", ["id_number_hash"], unique=False)
    op.create_table(
        "voided_numbers",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_voided_numbers_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_voided_numbers_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["users.id"], name=op.f("fk_voided_numbers_voided_by_users")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day", "number", name=op.f("pk_voided_numbers")),
    )
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("form_edition", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("dossier_version", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_characters", sa.Integer(), nullable=False),
        sa.Column("reprint_of", sa.Integer(), nullable=True),
        sa.Column("print_number", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_issued_documents_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_issued_documents_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["users.id"], name=op.f("fk_issued_documents_issued_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["reprint_of"],
            ["issued_documents.id"],
            name=op.f("fk_issued_documents_reprint_of_issued_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_issued_documents_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint(
            "agency_id",
            "kind",
            "year",
            "number",
            name=op.f("uq_issued_documents_agency_id_kind_year_number"),
        ),
    )
    op.create_index(
        op.f("ix_issued_documents_dossier_id"), "issued_documents", ["dossier_id"], unique=False
    )
    op.create_index(
        op.f("ix_issued_documents_visit_id"), "issued_documents", ["visit_id"], unique=False
    )
    op.create_table(
        "fee_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "counted = taken OR reason IS NOT NULL", name=op.f("ck_fee_sheets_reason")
        ),
        sa.CheckConstraint("counted >= 0 OR taken < 0", name=op.f("ck_fee_sheets_sums")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_fee_sheets_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["users.id"], name=op.f("fk_fee_sheets_clerk_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issued_documents.id"],
            name=op.f("fk_fee_sheets_document_id_issued_documents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_sheets")),
        sa.UniqueConstraint(
            "agency_id",
            "clerk_id",
            "day",
            "part",
            name=op.f("uq_fee_sheets_agency_id_clerk_id_day_part"),
        ),
    )
    op.create_index(op.f("ix_fee_sheets_clerk_id"), "fee_sheets", ["clerk_id"], unique=False)
    op.create_table(
        "piles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_agency_id", sa.Integer(), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_agency_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column(
            "taken_how",
            sa.Enum(
                "scan",
                "password",
                "hand",
                name="takenby",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issued_documents.id"],
            name=op.f("fk_piles_document_id_issued_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["from_agency_id"], ["agencies.id"], name=op.f("fk_piles_from_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["users.id"], name=op.f("fk_piles_from_user_id_users")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["users.id"], name=op.f("fk_piles_taken_by_users")),
        sa.ForeignKeyConstraint(
            ["to_agency_id"], ["agencies.id"], name=op.f("fk_piles_to_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piles")),
        sa.UniqueConstraint(
            "from_agency_id", "year", "number", name=op.f("uq_piles_from_agency_id_year_number")
        ),
    )
    op.create_index(op.f("ix_piles_from_user_id"), "piles", ["from_user_id"], unique=False)
    op.create_index(
        "ix_piles_not_taken",
        "piles",
        ["to_agency_id", "given_at"],
        unique=False,
        sqlite_where=sa.text("given_at IS NOT NULL AND taken_at IS NULL"),
        postgresql_where=sa.text("given_at IS NOT NULL AND taken_at IS NULL"),
    )
    op.create_table(
        "fee_sheet_lines",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_fee_sheet_lines_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["fee_sheets.id"], name=op.f("fk_fee_sheet_lines_sheet_id_fee_sheets")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_fee_sheet_lines")),
    )
    op.create_index(
        op.f("ix_fee_sheet_lines_sheet_id"), "fee_sheet_lines", ["sheet_id"], unique=False
    )
    op.create_table(
        "pile_papers",
        sa.Column("pile_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "stayed",
            sa.Enum(
                "missing",
                "called_back",
                name="stayed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_pile_papers_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["pile_id"], ["piles.id"], name=op.f("fk_pile_papers_pile_id_piles")
        ),
        sa.PrimaryKeyConstraint("pile_id", "dossier_id", name=op.f("pk_pile_papers")),
        sa.UniqueConstraint("pile_id", "position", name=op.f("uq_pile_papers_pile_id_position")),
    )
    op.create_index(op.f("ix_pile_papers_dossier_id"), "pile_papers", ["dossier_id"], unique=False)
    create_triggers(
        op.get_bind(),
        [
            "dossier_events",
            "access_log",
            "anchors",
            "anchored_heads",
            "fee_sheets",
            "fee_sheet_lines",
            "issued_documents",
        ],
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_pile_papers_dossier_id"), table_name="pile_papers")
    op.drop_table("pile_papers")
    op.drop_index(op.f("ix_fee_sheet_lines_sheet_id"), table_name="fee_sheet_lines")
    op.drop_table("fee_sheet_lines")
    op.drop_index(
        "ix_piles_not_taken",
        table_name="piles",
        sqlite_where=sa.text("given_at IS NOT NULL AND taken_at IS NULL"),
        postgresql_where=sa.text("given_at IS NOT NULL AND taken_at IS NULL"),
    )
    op.drop_index(op.f("ix_piles_from_user_id"), table_name="piles")
    op.drop_table("piles")
    op.drop_index(op.f("ix_fee_sheets_clerk_id"), table_name="fee_sheets")
    op.drop_table("fee_sheets")
    op.drop_index(op.f("ix_issued_documents_visit_id"), table_name="issued_documents")
    op.drop_index(op.f("ix_issued_documents_dossier_id"), table_name="issued_documents")
    op.drop_table("issued_documents")
    op.drop_table("voided_numbers")
    op.drop_index(op.f("ix_visits_id_number_hash"), table_name="visits")
    op.drop_index(op.f("ix_visits_agency_id"), table_name="visits")
    op.drop_table("visits")
    op.drop_index(
        "ix_steps_live_by_holder",
        table_name="steps",
        sqlite_where=sa.text("status IN ('offered', 'open')"),
        postgresql_where=sa.text("status IN ('offered', 'open')"),
    )
    op.drop_index(
        "ix_steps_live_by_agency",
        table_name="steps",
        sqlite_where=sa.text("status IN ('offered', 'open')"),
        postgresql_where=sa.text("status IN ('offered', 'open')"),
    )
    op.drop_index(
        "ix_steps_done_by_agency",
        table_name="steps",
        sqlite_where=sa.text("status = 'done'"),
        postgresql_where=sa.text("status = 'done'"),
    )
    op.drop_table("steps")
    op.drop_table("status_links")
    op.drop_index("ix_search_terms_term", table_name="search_terms")
    op.drop_table("search_terms")
    op.drop_index(
        "ix_proposals_open",
        table_name="proposals",
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.drop_table("proposals")
    op.drop_table("promises")
    op.drop_index(op.f("ix_personal_values_dossier_id"), table_name="personal_values")
    op.drop_table("personal_values")
    op.drop_index(
        "ix_pauses_terms",
        table_name="pauses",
        sqlite_where=sa.text("closed_at IS NULL AND citizen_due_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND citizen_due_at IS NOT NULL"),
    )
    op.drop_table("pauses")
    op.drop_index("ix_parties_phone_hash", table_name="parties")
    op.drop_index("ix_parties_name_folded", table_name="parties")
    op.drop_index("ix_parties_id_number_hash", table_name="parties")
    op.drop_table("parties")
    op.drop_index("ix_participations_agency", table_name="participations")
    op.drop_table("participations")
    op.drop_index(op.f("ix_paper_holdings_user_id"), table_name="paper_holdings")
    op.drop_index(op.f("ix_paper_holdings_agency_id"), table_name="paper_holdings")
    op.drop_table("paper_holdings")
    op.drop_index(
        "ix_outbox_messages_waiting",
        table_name="outbox_messages",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.drop_table("outbox_messages")
    op.drop_index(
        "ix_notices_user_id",
        table_name="notices",
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.drop_index(
        "ix_notices_agency_id_role",
        table_name="notices",
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.drop_table("notices")
    op.drop_table("dossier_papers")
    op.drop_index(op.f("ix_dossier_events_recorded_at"), table_name="dossier_events")
    op.drop_table("dossier_events")
    op.drop_index(op.f("ix_anchored_heads_anchor_id"), table_name="anchored_heads")
    op.drop_table("anchored_heads")
    op.drop_index(op.f("ix_dossiers_refiling_of"), table_name="dossiers")
    op.drop_index("ix_dossiers_received", table_name="dossiers")
    op.drop_index(op.f("ix_dossiers_procedure_edition_id"), table_name="dossiers")
    op.drop_index(
        "ix_dossiers_open_by_agency",
        table_name="dossiers",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(
        "ix_dossiers_open",
        table_name="dossiers",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(
        "ix_dossiers_finished_at",
        table_name="dossiers",
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_dossiers_competent_agency_id"), table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_table("value_confirmations")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("series_counters")
    op.drop_index(op.f("ix_role_assignments_user_id"), table_name="role_assignments")
    op.drop_index(op.f("ix_role_assignments_agency_id"), table_name="role_assignments")
    op.drop_table("role_assignments")
    op.drop_index(op.f("ix_recovery_codes_user_id"), table_name="recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_index("ix_procedure_terms_term", table_name="procedure_terms")
    op.drop_table("procedure_terms")
    op.drop_index(
        "ix_jobs_not_done",
        table_name="jobs",
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.drop_index(op.f("ix_jobs_asked_by"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("desks")
    op.drop_index(op.f("ix_delegations_to_user_id"), table_name="delegations")
    op.drop_index(op.f("ix_delegations_from_user_id"), table_name="delegations")
    op.drop_table("delegations")
    op.drop_table("code_counters")
    op.drop_table("calendar_versions")
    op.drop_index(op.f("ix_agency_areas_served_id"), table_name="agency_areas")
    op.drop_table("agency_areas")
    op.drop_table("access_log_heads")
    op.drop_index(op.f("ix_access_log_user_id"), table_name="access_log")
    op.drop_index(op.f("ix_access_log_subject"), table_name="access_log")
    op.drop_table("access_log")
    op.drop_table("users")
    op.drop_index(op.f("ix_used_form_tokens_used_at"), table_name="used_form_tokens")
    op.drop_table("used_form_tokens")
    op.drop_table("tree_revisions")
    op.drop_index("ix_sign_in_failures_username_at", table_name="sign_in_failures")
    op.drop_index("ix_sign_in_failures_address_at", table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_index("ix_procedure_editions_code_valid_from", table_name="procedure_editions")
    op.drop_table("procedure_editions")
    op.drop_table("idempotency_keys")
    op.drop_table("anchors")
    op.drop_index(op.f("ix_agencies_successor_id"), table_name="agencies")
    op.drop_index("ix_agencies_path", table_name="agencies")
    op.drop_index("ix_agencies_parent_id_function", table_name="agencies")
    op.drop_table("agencies")
