"""Why a paper original was not added, given or taken."""

from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    "NoPaper": Message(
        N_("Hồ sơ này không có bản giấy nào đang được giữ."),
        N_("Hồ sơ chỉ có bản điện tử, hoặc bản giấy đã trả lại hay đã lưu trữ."),
    ),
    "ReceptionWasVoided": Message(
        N_("Việc tiếp nhận hồ sơ này đã bị hủy."),
        N_("Hãy bỏ bản giấy ra khỏi chồng và trả lại công dân."),
    ),
    "PaperElsewhere": Message(
        N_("Bản giấy của hồ sơ này do người khác giữ từ %(since)s."),
        N_("Hãy để người đang giữ giao chồng."),
    ),
    "PaperOnItsWay": Message(
        N_("Bản giấy của hồ sơ này đang nằm trong một chồng đã giao, chưa được nhận."),
        N_("Bên giao lấy lại thì mới giao lần nữa được."),
    ),
    "NotItsWay": Message(
        N_("Bản giấy của hồ sơ này không đi về nơi đó."),
        N_("Hãy bỏ hồ sơ ra khỏi chồng, hoặc chọn nơi nhận khác."),
    ),
    "NotInPile": Message(
        N_("Hồ sơ này không còn chờ nhận trong chồng này."),
        N_("Hãy để riêng và hỏi bên giao."),
    ),
    "OwnPile": Message(
        N_("Người giao không tự nhận chồng của mình."),
        N_("Hãy để một người của bên nhận ký nhận."),
        403,
    ),
    "NotAtThisAgency": Message(
        N_("Ông/bà không làm việc ở cơ quan này."), N_("Hãy để người của cơ quan đó làm."), 403
    ),
    "PaperNeeded": Message(
        N_("Hồ sơ chưa giải quyết xong nên bản giấy vẫn phải có người giữ."),
        N_("Hãy giao cho người xử lý tiếp."),
    ),
    "AlreadyScanned": Message(N_("Hồ sơ %(code)s đã có trong chồng, số thứ tự %(position)s.")),
    "PileOfAnotherAgency": Message(
        N_("Chồng đang quét là của một cơ quan khác mà ông/bà cũng làm việc."),
        N_("Hãy giao chồng đó trước rồi quét tiếp."),
    ),
    "PileFull": Message(
        N_("Một chồng có nhiều nhất %(most)s hồ sơ."), N_("Hãy giao chồng này rồi quét tiếp.")
    ),
    "GivenElsewhere": Message(
        N_("Chồng này đã giao tới cơ quan khác lúc %(at)s."),
        N_("Hãy mở chồng đó để xem, hoặc lấy lại những gì chưa được nhận."),
        409,
    ),
    "PileEmpty": Message(N_("Chồng chưa có hồ sơ nào."), N_("Hãy quét ít nhất một hồ sơ.")),
    "PileNotFound": Message(
        N_("Không có chồng hồ sơ này."), N_("Hãy mở lại danh sách chồng."), 404
    ),
    "PileAnswered": Message(
        N_("Người khác đã trả lời trước, lúc %(at)s."), N_("Không cần nhận lại."), 409
    ),
    "NotGiven": Message(
        N_("Chồng chưa giao được vì: %(codes)s."),
        N_("Hãy bỏ các hồ sơ đó ra khỏi chồng, hoặc chọn nơi nhận khác."),
    ),
}
