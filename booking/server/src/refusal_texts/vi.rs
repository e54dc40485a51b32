//! Tiếng Việt

use crate::{FieldCode, ProblemCode};

pub(super) const fn problem(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("Không tìm thấy", "Địa chỉ này không có nội dung nào."),
        ProblemCode::MethodNotAllowed => (
            "Ở đây không thực hiện được",
            "Địa chỉ này không hỗ trợ thao tác đó.",
        ),
        ProblemCode::BadRequest => (
            "Dữ liệu chưa đúng dạng",
            "Dữ liệu được gửi chưa đúng dạng. Xin tải lại trang rồi thử lại.",
        ),
        ProblemCode::NotSignedIn => ("Chưa đăng nhập", "Xin đăng nhập lại để tiếp tục."),
        ProblemCode::NotAllowed => (
            "Không thuộc nhiệm vụ của quý vị",
            "Nhiệm vụ của quý vị không bao gồm việc này. Nếu cần, xin hỏi người quản trị.",
        ),
        ProblemCode::PasswordIsTemporary => (
            "Xin đổi mật khẩu trước",
            "Quý vị đang dùng mật khẩu tạm thời. Xin đặt mật khẩu riêng của mình.",
        ),
        ProblemCode::VisitNotFound => (
            "Không tìm thấy buổi thăm gặp",
            "Ở đây không có buổi thăm gặp này.",
        ),
        ProblemCode::WrongCredentials => (
            "Không đăng nhập được",
            "Tài khoản hoặc mật khẩu chưa đúng. Xin thử lại.",
        ),
        ProblemCode::WrongCode => (
            "Mã chưa đúng",
            "Xin nhập sáu chữ số mà ứng dụng đang hiển thị; mỗi mã chỉ dùng được một lần.",
        ),
        ProblemCode::SecondFactorState => (
            "Chưa thực hiện được bước này",
            "Thiết lập xác thực hai lớp đã thay đổi. Xin đăng nhập lại.",
        ),
        ProblemCode::ChangedMeanwhile => (
            "Dữ liệu vừa thay đổi",
            "Vừa có người khác cập nhật dữ liệu này. Xin tải lại trang rồi thử lại.",
        ),
        ProblemCode::LastAdministrator => (
            "Cần còn ít nhất một người quản trị",
            "Xin chỉ định một người quản trị khác trước.",
        ),
        ProblemCode::EmailNotVerified => (
            "Email chưa được xác nhận",
            "Xin mở thư xác nhận mà chúng tôi đã gửi. Nếu không nhận được hoặc thư đã hết hạn, xin yêu cầu gửi lại.",
        ),
        ProblemCode::AccountSuspended => (
            "Tài khoản đang tạm ngưng",
            "Hiện không dùng được tài khoản này. Xin liên hệ cơ sở.",
        ),
        ProblemCode::AccountState => (
            "Trạng thái tài khoản đã thay đổi",
            "Tài khoản này không còn ở trạng thái đó. Xin tải lại trang để xem.",
        ),
        ProblemCode::LetterExpired => (
            "Liên kết đã hết hiệu lực",
            "Liên kết này đã được dùng hoặc đã quá hạn. Xin yêu cầu gửi thư khác.",
        ),
        ProblemCode::AccountHasVisits => (
            "Vẫn còn lịch thăm đã đặt",
            "Trước tiên xin hủy hoặc rút khỏi các lịch thăm đã đặt, rồi đóng tài khoản.",
        ),
        ProblemCode::VisitNotOpen => (
            "Không trong giờ thăm gặp",
            "Buổi thăm gặp này chưa mở, hoặc đã kết thúc.",
        ),
        ProblemCode::ReasonLength => ("Cần nêu lý do", "Xin viết lý do, từ 5 đến 500 ký tự."),
        ProblemCode::LinkNotPossible => (
            "Không gửi được liên kết",
            "Chỗ này không có người thăm, hoặc không còn vào được buổi thăm gặp này.",
        ),
        ProblemCode::ApplicationExists => (
            "Đã có đơn đang xử lý",
            "Quý vị đã có một đơn xin thăm người này. Xin xem ở “Đơn của tôi”.",
        ),
        ProblemCode::ApplicationState => (
            "Hiện chưa thực hiện được",
            "Tình trạng của đơn đã thay đổi. Xin tải lại trang để xem.",
        ),
        ProblemCode::ApplicationWithdrawn => (
            "Đơn đã được rút lại",
            "Người nộp đơn đã rút đơn này nên không thể xử lý tiếp. Có thể nộp đơn mới.",
        ),
        ProblemCode::ApplicationIncomplete => (
            "Còn thiếu thông tin",
            "Xin bổ sung những mục được đánh dấu, rồi gửi đơn.",
        ),
        ProblemCode::InmateNotFound => (
            "Không tìm thấy người này",
            "Số hiệu và họ tên đều phải đúng. Xin xem lại.",
        ),
        ProblemCode::InmateGone => (
            "Không còn ở cơ sở này",
            "Người này đã được chuyển đi hoặc đã rời cơ sở. Cơ sở có thể cho biết thêm.",
        ),
        ProblemCode::TooManyOpen => (
            "Đang có nhiều mục chưa xong",
            "Xin hoàn tất một vài mục trước khi thêm mục mới.",
        ),
        ProblemCode::DocumentType => (
            "Không dùng được loại tệp này",
            "Xin tải lên ảnh JPG hoặc PNG. Giấy tờ chứng minh cũng có thể là PDF.",
        ),
        ProblemCode::DocumentUnreadable => (
            "Không đọc được tệp",
            "Tệp có thể bị hỏng hoặc chưa đủ. Xin chụp lại hoặc lưu lại rồi tải lên.",
        ),
        ProblemCode::DocumentPixels => ("Ảnh quá lớn", "Xin thu nhỏ ảnh rồi tải lên lại."),
        ProblemCode::DocumentActive => (
            "Không dùng được tệp PDF này",
            "PDF không được mã hóa và không được chứa chương trình hay tệp đính kèm. Xin dùng ảnh, hoặc in lại thành PDF mới.",
        ),
        ProblemCode::DocumentRefused => (
            "Tệp chưa qua kiểm tra an toàn",
            "Xin dùng tệp khác, hoặc chụp lại rồi tải lên.",
        ),
        ProblemCode::DocumentsTooLarge => (
            "Các tệp quá lớn",
            "Các tệp của một đơn cộng lại tối đa 20 MB. Xin thu nhỏ tệp, hoặc xóa tệp không cần.",
        ),
        ProblemCode::CompanionExists => (
            "Đã mời rồi",
            "Quý vị đã mời địa chỉ email này. Xin chờ trả lời.",
        ),
        ProblemCode::CompanionState => (
            "Lời mời đã thay đổi",
            "Lời mời này đã được trả lời hoặc đã kết thúc. Xin tải lại trang để xem.",
        ),
        ProblemCode::SlotFull => (
            "Giờ này đã hết chỗ",
            "Chỗ cuối cùng vừa được đặt trong lúc quý vị chọn. Xin chọn giờ khác.",
        ),
        ProblemCode::QuotaUsed => (
            "Đã hết số lần thăm trong tháng",
            "Số lần thăm của tháng đó đã dùng hết. Xin chọn ngày trong tháng khác.",
        ),
        ProblemCode::AlreadyBusy => (
            "Giờ này đã có buổi thăm gặp khác",
            "Người được thăm hoặc người cùng thăm có buổi thăm gặp khác vào giờ này. Xin chọn giờ khác.",
        ),
        ProblemCode::NotApproved => (
            "Chưa thể đặt lịch",
            "Đơn của quý vị hoặc của người cùng thăm chưa được chấp thuận, hoặc có người chưa đồng ý cùng thăm.",
        ),
        ProblemCode::Restricted => (
            "Hiện chưa thể đặt lịch",
            "Theo quy định, không thể thăm gặp vào giờ này. Nếu có thắc mắc, xin hỏi cơ sở.",
        ),
        ProblemCode::NotBookable => (
            "Giờ này không mở để đặt",
            "Xin tải lại bảng giờ và chọn giờ có vòng tròn.",
        ),
        ProblemCode::OutsideWindow => (
            "Luật không cho phép thăm gặp vào ngày này",
            "Khi người thân qua đời, có thể thăm gặp trong vòng một tháng; khi người thân nguy kịch, trong vòng bảy \
             ngày kể từ khi nhận tin. Xin chọn ngày khác.",
        ),
        ProblemCode::MinorWithoutAdult => (
            "Cần có người lớn cùng thăm",
            "Người chưa thành niên chỉ được thăm cùng một người lớn đã được chấp thuận.",
        ),
        ProblemCode::PartySize => (
            "Số người chưa phù hợp",
            "Mỗi buổi có từ một đến ba người thăm, mỗi người một chỗ.",
        ),
        ProblemCode::KeyReused => (
            "Xin đặt lại một lần nữa",
            "Yêu cầu này đã được dùng cho giờ khác. Xin tải lại trang rồi thử lại.",
        ),
        ProblemCode::VisitNotChangeable => (
            "Hiện không thể thay đổi buổi thăm gặp này",
            "Tình trạng của buổi thăm gặp đã thay đổi. Xin tải lại trang để xem.",
        ),
        ProblemCode::TerminalInUse => (
            "Thiết bị này còn lịch thăm",
            "Xin chuyển các lịch thăm sang thiết bị khác trước.",
        ),
        ProblemCode::InvalidFields => (
            "Có vài mục cần xem lại",
            "Xin xem các mục được đánh dấu, sửa rồi gửi lại.",
        ),
        ProblemCode::ForeignOrigin => (
            "Không thực hiện được từ trang khác",
            "Xin mở trực tiếp trang của dịch vụ này rồi thử lại.",
        ),
        ProblemCode::TooManyRequests => ("Đã có nhiều lần thử", "Xin chờ vài phút rồi thử lại."),
        ProblemCode::ManyAtOnce => (
            "Hiện có nhiều người cùng sử dụng dịch vụ",
            "Xin thử lại sau giây lát. Xin để mở trang này: những gì quý vị đã nhập vẫn còn.",
        ),
        ProblemCode::Unavailable => ("Dịch vụ tạm thời gián đoạn", "Xin thử lại sau ít phút."),
    }
}

pub(super) const fn field(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "Xin điền mục này.",
        FieldCode::TooLong => "Nội dung quá dài. Xin rút ngắn.",
        FieldCode::NotValid => "Chưa đúng dạng. Xin xem lại.",
        FieldCode::Taken => "Đã có người dùng. Xin chọn cái khác.",
        FieldCode::NotAName => "Xin điền họ tên như trên giấy tờ tùy thân.",
        FieldCode::NotANationalId => "Số căn cước hoặc số thẻ cư trú (ARC) chưa đúng. Xin xem lại.",
        FieldCode::NotAnEmail => "Địa chỉ email chưa đúng, ví dụ name@example.com.",
        FieldCode::NotAMobileNumber => "Xin điền số di động gồm mười chữ số, bắt đầu bằng 09.",
        FieldCode::NotALandline => "Xin điền số điện thoại có mã vùng, ví dụ 02-23112345.",
        FieldCode::NotABirthDate => "Xin ghi ngày, tháng, năm sinh như trên giấy tờ tùy thân.",
        FieldCode::InFuture => "Ngày này chưa đến. Xin xem lại.",
        FieldCode::TooLongAgo => {
            "Đã quá thời hạn theo luật: một tháng sau khi người thân qua đời, bảy ngày sau tin nguy kịch."
        }
        FieldCode::TooYoung => {
            "Trẻ em dưới 12 tuổi có thể đi cùng khi thăm; các em không cần tài khoản."
        }
        FieldCode::PasswordTooShort => "Mật khẩu có ít nhất 10 ký tự. Có thể là một câu.",
        FieldCode::PasswordTooCommon => {
            "Mật khẩu này quá phổ biến và dễ đoán. Xin chọn mật khẩu khác."
        }
        FieldCode::PasswordIsPersonal => {
            "Xin đừng dùng họ tên, số giấy tờ, số điện thoại, ngày sinh hay email làm mật khẩu."
        }
    }
}

/// The last day on which something is possible.
pub(super) fn until(last_day: &str) -> String {
    format!(" Ngày cuối cùng là {last_day}.")
}
