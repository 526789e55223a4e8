"""Rows of invented people and agencies, valid by default, for tests of printed papers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from onestop.domain.events import Delivery
from onestop.queries.papers import (
    ApologyRow,
    BulkEntryRow,
    BulkReceiptRow,
    ControlSlipRow,
    FeeRow,
    FormRow,
    HandOverRow,
    LegRow,
    LetterheadRow,
    PaperRow,
    PersonRow,
    ReceiptRow,
    RejectionRow,
    SignerRow,
    StopNoticeRow,
    SupplementRow,
)

CIRCULAR = "Thông tư số 03/2025/TT-VPCP"
TOKEN = "K7MZQ2XW5TBJ4RDCH6YVN3PGFA"
LINK = f"https://motcua.thaison.gov.vn/s/{TOKEN}"
CODE = "H88.12.03-261123-0042"
LETTERHEAD = LetterheadRow(
    parent="Ủy ban nhân dân xã An Bình",
    unit="Trung tâm Phục vụ hành chính công",
    place="An Bình",
    issued_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
    zone="Asia/Ho_Chi_Minh",
    serial="0042/TTPVHCC",
)
APPLICANT = PersonRow(
    name="Nguyễn Thị Đào",
    address="Thôn Đông Hạ, xã An Bình, tỉnh Thái Sơn",
    phone="0912 345 678",
    email="dao.nguyen@example.vn",
)


def receipt_row(**changes: Any) -> ReceiptRow:
    row = ReceiptRow(
        form=FormRow("receipt", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "01", CIRCULAR),
        letterhead=LETTERHEAD,
        code=CODE,
        reception_unit="Trung tâm Phục vụ hành chính công xã An Bình",
        applicant=APPLICANT,
        request=(
            "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế"
            " cho trẻ em dưới 6 tuổi"
        ),
        papers=(
            PaperRow("Tờ khai điện tử liên thông theo mẫu", electronic=1),
            PaperRow("Giấy chứng sinh", originals=1),
            PaperRow("Giấy chứng nhận kết hôn của cha, mẹ", certified=1, copies=1),
            PaperRow("Văn bản đồng ý của chủ hộ cho đăng ký thường trú", originals=1),
        ),
        limit_amount=Decimal(4),
        limit_unit="working_days",
        received_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
        due_at=datetime(2026, 11, 27, 1, 15, tzinfo=UTC),
        delivery=Delivery.DESK,
        delivery_place="Trung tâm Phục vụ hành chính công xã An Bình",
        received_by="Lê Quốc Ưng",
        desk="Quầy số 3",
        desk_phone="0299 385 5123",
        link=LINK,
        check_code="7K3M9QXT",
        book_no="01/2026",
        book_seq="0842",
        legs=(
            LegRow(
                "Ủy ban nhân dân xã An Bình (tư pháp – hộ tịch)",
                datetime(2026, 11, 24, 1, 15, tzinfo=UTC),
            ),
            LegRow("Công an xã An Bình", datetime(2026, 11, 26, 9, 30, tzinfo=UTC)),
            LegRow("Bảo hiểm xã hội cơ sở An Bình", datetime(2026, 11, 26, 10, 0, tzinfo=UTC)),
        ),
        first_event_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        anchor="2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    )
    return replace(row, **changes)


def bulk_receipt_row(count: int = 3, **changes: Any) -> BulkReceiptRow:
    one = receipt_row()
    entry = BulkEntryRow(
        code=CODE,
        request="Chứng thực bản sao từ bản chính giấy tờ, văn bản",
        applicant_name="Nguyễn Thị Đào",
        received_at=one.received_at,
        due_at=one.due_at,
        link=LINK,
        check_code="7K3M9QXT",
    )
    row = BulkReceiptRow(
        form=one.form,
        letterhead=one.letterhead,
        reception_unit=one.reception_unit,
        submitter=replace(APPLICANT, name="Trần Văn Nộp"),
        entries=tuple(replace(entry, code=f"{CODE[:-4]}{n + 42:04}") for n in range(count)),
        received_by=one.received_by,
        desk=one.desk,
        desk_phone=one.desk_phone,
    )
    return replace(row, **changes)


FEES = (FeeRow("Lệ phí đăng ký hộ kinh doanh", 100_000), FeeRow("Phí chứng thực bản sao", 12_000))


def supplement_row(**changes: Any) -> SupplementRow:
    row = SupplementRow(
        form=FormRow(
            "supplement_request", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "02", CIRCULAR
        ),
        letterhead=replace(LETTERHEAD, serial="0017/HDHS"),
        reception_unit="Trung tâm Phục vụ hành chính công xã An Bình",
        applicant=APPLICANT,
        request="Cấp giấy phép xây dựng nhà ở riêng lẻ",
        items=(
            "Bản vẽ mặt bằng công trình trên lô đất, kèm sơ đồ vị trí công trình.",
            "Giấy tờ chứng minh quyền sử dụng đất: bản chụp trang 3 bị mờ, không đọc được số thửa.",
            "Bản cam kết bảo đảm an toàn đối với công trình liền kề.",
        ),
        reason="Hồ sơ chưa đủ thành phần theo quy định của thủ tục.",
        contact_name="Phạm Hữu Ước",
        contact_phone="0299 385 5123",
        guided_by="Phạm Hữu Ước",
        code=CODE,
    )
    return replace(row, **changes)


def guidance_row(**changes: Any) -> SupplementRow:
    return supplement_row(
        **{
            "code": "",
            "link": "https://motcua.thaison.gov.vn/reception/visits/317",
            "kept_until": date(2026, 12, 23),
            **changes,
        }
    )


def rejection_row(**changes: Any) -> RejectionRow:
    row = RejectionRow(
        form=FormRow("rejection", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "03", CIRCULAR),
        letterhead=replace(LETTERHEAD, serial="0003/TTPVHCC"),
        reception_unit="Trung tâm Phục vụ hành chính công xã An Bình",
        applicant=APPLICANT,
        request="Đăng ký lại khai sinh",
        reason=(
            "Nơi đăng ký khai sinh trước đây còn lưu sổ hộ tịch năm 1991, quyển số 02.\n"
            "Ông/Bà đề nghị cấp bản sao trích lục khai sinh tại nơi lưu sổ, không đăng ký lại."
        ),
        refused_by="Lê Quốc Ưng",
    )
    return replace(row, **changes)


def refused_row(**changes: Any) -> RejectionRow:
    """The same form for a dossier that was handled and refused."""
    return rejection_row(
        **{
            "code": CODE,
            "refused": "Ủy ban nhân dân xã An Bình",
            "because": "not_eligible",
            "reason": "Nơi đăng ký khai sinh trước đây còn lưu sổ hộ tịch năm 1991, quyển số 02.",
            "result": "214/UBND-HT",
            "result_on": date(2026, 11, 26),
            "submitter": PersonRow("Trần Văn Ổi"),
            **changes,
        }
    )


HANDLER = replace(
    LETTERHEAD, parent="Tỉnh Thái Sơn", unit="Ủy ban nhân dân xã An Bình", serial="0005/PXL"
)


def apology_row(**changes: Any) -> ApologyRow:
    row = ApologyRow(
        form=FormRow(
            "apology_extension",
            "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
            "04",
            CIRCULAR,
        ),
        letterhead=HANDLER,
        agency="Ủy ban nhân dân xã An Bình",
        addressee=APPLICANT,
        code=CODE,
        request="Cấp giấy phép xây dựng nhà ở riêng lẻ",
        received_at=datetime(2026, 11, 16, 1, 15, tzinfo=UTC),
        promised_at=datetime(2026, 11, 25, 1, 15, tzinfo=UTC),
        due_at=datetime(2026, 11, 27, 1, 15, tzinfo=UTC),
        reason="field_survey",
        signer=SignerRow("Phạm Văn Hùng"),
        note="Đoàn kiểm tra thực địa ngày 26/11.",
        copy_to="Trung tâm Phục vụ hành chính công xã An Bình",
    )
    return replace(row, **changes)


def stop_notice_row(**changes: Any) -> StopNoticeRow:
    row = StopNoticeRow(
        form=FormRow("stop_notice", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "05", CIRCULAR),
        letterhead=replace(HANDLER, serial="0002/TBD"),
        agency="Ủy ban nhân dân xã An Bình",
        addressee=APPLICANT,
        code=CODE,
        request="Cấp giấy phép xây dựng nhà ở riêng lẻ",
        received_at=datetime(2026, 11, 16, 1, 15, tzinfo=UTC),
        promised_at=datetime(2026, 11, 27, 1, 15, tzinfo=UTC),
        stopped_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
        reason="not_eligible",
        signer=SignerRow("Phạm Văn Hùng", "Chủ tịch"),
        asked_by="Phạm Văn Hùng, Ủy ban nhân dân xã An Bình",
        note="Thửa đất nằm trong hành lang bảo vệ đê.",
        stages=("Thẩm định hồ sơ (Phòng Kinh tế xã An Bình)",),
        paid=(FeeRow("Lệ phí cấp giấy phép xây dựng", 75_000),),
        fee_kept=False,
        desk_unit="Trung tâm Phục vụ hành chính công xã An Bình",
    )
    return replace(row, **changes)


def hand_over(n: int, **changes: Any) -> HandOverRow:
    row = HandOverRow(
        from_agency="Trung tâm Phục vụ hành chính công xã An Bình",
        from_person="Lê Quốc Ưng",
        given_at=datetime(2026, 11, 23, 1 + n % 8, 20, tzinfo=UTC),
        to_agency="Công an xã An Bình",
        to_person="Trần Văn Giỏi",
        taken_at=datetime(2026, 11, 23, 1 + n % 8, 45, tzinfo=UTC),
        punctuality="early",
    )
    return replace(row, **changes)


def control_slip_row(**changes: Any) -> ControlSlipRow:
    row = ControlSlipRow(
        form=FormRow("control_slip", "Phiếu kiểm soát quá trình giải quyết hồ sơ", "06", CIRCULAR),
        letterhead=LETTERHEAD,
        code=CODE,
        applicant_name="Nguyễn Thị Đào",
        received_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
        due_at=datetime(2026, 11, 27, 1, 15, tzinfo=UTC),
        lead_agency="Ủy ban nhân dân xã An Bình",
        cooperating=("Công an xã An Bình", "Bảo hiểm xã hội cơ sở An Bình"),
        hand_overs=(
            hand_over(0, to_agency="Ủy ban nhân dân xã An Bình", to_person="Đỗ Thị Ánh"),
            hand_over(
                1,
                from_agency="Ủy ban nhân dân xã An Bình",
                from_person="Đỗ Thị Ánh",
                punctuality="on_time",
            ),
            hand_over(
                2,
                from_agency="Công an xã An Bình",
                from_person="Trần Văn Giỏi",
                to_agency="Trung tâm Phục vụ hành chính công xã An Bình",
                to_person="",
                taken_at=None,
                punctuality="overdue",
                note="Chờ xác minh nơi cư trú",
            ),
        ),
        book_no="01/2026",
        book_seq="0842",
        blank_blocks=1,
    )
    return replace(row, **changes)
