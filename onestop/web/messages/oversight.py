"""Refusals on the pages of leaders."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "ExportTooLarge": Message(
        N_("Danh sách có %(rows)s dòng; một tệp ở đây chứa nhiều nhất %(most)s dòng."),
        N_("Hãy lọc bớt theo cơ quan, thủ tục hoặc số ngày trễ rồi xuất lại."),
    ),
}
