//! 正體中文

use crate::{FieldCode, ProblemCode};

pub(super) const fn problem(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("查無此頁", "這個網址沒有對應的服務。"),
        ProblemCode::MethodNotAllowed => ("不支援的操作", "這個網址不支援這種操作。"),
        ProblemCode::BadRequest => (
            "資料格式不符",
            "送出的資料格式不正確，請重新整理頁面後再試。",
        ),
        ProblemCode::NotSignedIn => ("尚未登入", "請重新登入後再繼續。"),
        ProblemCode::NotAllowed => ("權限不足", "您的職務不包含這項作業，如有需要請洽管理人員。"),
        ProblemCode::PasswordIsTemporary => {
            ("請先變更密碼", "您使用的是臨時密碼，請先設定自己的密碼。")
        }
        ProblemCode::VisitNotFound => ("查無此接見", "這裡查不到這一場接見。"),
        ProblemCode::WrongCredentials => ("無法登入", "帳號或密碼不正確，請再試一次。"),
        ProblemCode::WrongCode => (
            "驗證碼不正確",
            "請輸入驗證程式目前顯示的六位數字；每個驗證碼只能使用一次。",
        ),
        ProblemCode::SecondFactorState => (
            "無法進行這個步驟",
            "雙重驗證的設定狀態已經不同，請重新登入。",
        ),
        ProblemCode::ChangedMeanwhile => (
            "資料已經變更",
            "其他同仁剛剛更新了這筆資料，請重新整理後再試。",
        ),
        ProblemCode::LastAdministrator => (
            "至少須保留一位系統管理者",
            "請先指定另一位系統管理者，再變更這位同仁的職務。",
        ),
        ProblemCode::EmailNotVerified => (
            "信箱尚未驗證",
            "請開啟我們寄給您的驗證信。沒有收到或已經失效時，可以重新寄送。",
        ),
        ProblemCode::AccountSuspended => {
            ("帳號暫停使用", "這個帳號目前暫停使用，請與接見機關聯絡。")
        }
        ProblemCode::AccountState => (
            "帳號狀態已有變動",
            "這個帳號的狀態已經不同，請重新整理頁面後再查看。",
        ),
        ProblemCode::LetterExpired => (
            "連結已經失效",
            "這個連結已經使用過或超過時效，請重新申請一封信。",
        ),
        ProblemCode::AccountHasVisits => (
            "還有預約中的接見",
            "請先取消或退出已預約的接見，再關閉帳號。",
        ),
        ProblemCode::VisitNotOpen => ("接見不在進行時段", "這場接見尚未開放，或已經結束。"),
        ProblemCode::ReasonLength => ("請填寫理由", "請以書面敘明理由，長度為 5 至 500 字。"),
        ProblemCode::LinkNotPossible => (
            "無法傳送連結",
            "這個席位沒有接見人，或這場接見已經不能加入。",
        ),
        ProblemCode::ApplicationExists => (
            "已有進行中的申請",
            "您對這位收容人已有一件申請，請在「我的申請」中查看。",
        ),
        ProblemCode::ApplicationState => (
            "目前無法這樣處理",
            "這件申請的狀態已經不同，請重新整理頁面後再查看。",
        ),
        ProblemCode::ApplicationWithdrawn => (
            "申請已撤回",
            "申請人已撤回這件申請，因此無法再處理；之後可以重新申請。",
        ),
        ProblemCode::ApplicationIncomplete => ("還缺一些資料", "請補上標示的資料後，再送出申請。"),
        ProblemCode::InmateNotFound => ("查無符合的收容人", "呼號與姓名須同時相符，請再確認一次。"),
        ProblemCode::InmateGone => (
            "收容人已不在這個機關",
            "這位收容人已經移監或出監（所），如有疑問請洽該機關。",
        ),
        ProblemCode::TooManyOpen => ("進行中的項目較多", "請先處理完其中幾項，再新增下一項。"),
        ProblemCode::DocumentType => (
            "無法使用這種檔案",
            "請上傳 JPG 或 PNG 圖檔；證明文件也可以使用 PDF。",
        ),
        ProblemCode::DocumentUnreadable => (
            "檔案無法讀取",
            "檔案可能已損壞或沒有傳完，請重新拍照或另存後再上傳。",
        ),
        ProblemCode::DocumentPixels => ("圖片尺寸太大", "請縮小圖片後再上傳。"),
        ProblemCode::DocumentActive => (
            "無法使用這份 PDF",
            "PDF 不能加密，也不能含有程式或附件。請改用圖檔，或重新列印成 PDF。",
        ),
        ProblemCode::DocumentRefused => (
            "這個檔案未通過安全檢查",
            "請改用其他檔案，或重新拍照後再上傳。",
        ),
        ProblemCode::DocumentsTooLarge => (
            "檔案超過容量",
            "一件申請的檔案合計以 20 MB 為限，請縮小檔案或先刪除不需要的檔案。",
        ),
        ProblemCode::CompanionExists => (
            "已經邀請過",
            "您已經邀請過這個電子郵件地址，請等候對方回覆。",
        ),
        ProblemCode::CompanionState => (
            "邀請已有變動",
            "這項邀請已經回覆或取消，請重新整理頁面後再查看。",
        ),
        ProblemCode::SlotFull => (
            "這個時段已經額滿",
            "您選擇時，最後一個名額剛被預約。請選擇其他時段。",
        ),
        ProblemCode::QuotaUsed => (
            "當月次數已用完",
            "這位收容人這個月份的接見次數已經用完，請選擇其他月份的日期。",
        ),
        ProblemCode::AlreadyBusy => (
            "這個時段已有其他接見",
            "收容人或同行的人在這個時段已有其他接見，請選擇其他時段。",
        ),
        ProblemCode::NotApproved => (
            "還不能預約",
            "您或同行的人對這位收容人的申請尚未核准，或同行的人尚未同意。",
        ),
        ProblemCode::Restricted => (
            "目前不能預約",
            "這個時段依規定不能接見。如有疑問，請洽矯正機關。",
        ),
        ProblemCode::NotBookable => ("這個時段不開放預約", "請重新整理時段表，選擇有圓圈的時段。"),
        ProblemCode::OutsideWindow => (
            "這一天依法不能辦理這項接見",
            "親屬喪亡須在一個月內、病危須在接獲通知後七日內接見。請改選其他日期。",
        ),
        ProblemCode::MinorWithoutAdult => (
            "需要一位成年人同行",
            "未成年人接見時，須有一位已核准的成年人一起參加。",
        ),
        ProblemCode::PartySize => ("人數不符", "一次接見可以有一至三位接見人，每人一個席位。"),
        ProblemCode::KeyReused => (
            "請再預約一次",
            "這個請求先前已用於其他時段，請重新整理頁面後再試。",
        ),
        ProblemCode::VisitNotChangeable => (
            "這場接見現在不能變更",
            "接見的狀態已經改變，請重新整理頁面查看。",
        ),
        ProblemCode::TerminalInUse => (
            "這台設備還有接見",
            "請先將這台設備上的接見移到其他設備，再停用。",
        ),
        ProblemCode::InvalidFields => {
            ("有些欄位需要再確認", "請查看標示的欄位，修改後再送出一次。")
        }
        ProblemCode::ForeignOrigin => ("無法從其他網站操作", "請直接開啟本服務的網頁後再試一次。"),
        ProblemCode::TooManyRequests => ("操作次數較多", "請等候幾分鐘後再試一次。"),
        ProblemCode::ManyAtOnce => (
            "現在使用的人很多",
            "請稍候片刻再試一次。請不要關閉這個頁面，您填寫的內容都還在。",
        ),
        ProblemCode::Unavailable => ("服務暫時無法使用", "請稍候片刻再試一次。"),
    }
}

pub(super) const fn field(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "請填寫這一欄。",
        FieldCode::TooLong => "內容太長，請縮短一些。",
        FieldCode::NotValid => "格式不正確，請再看一次。",
        FieldCode::Taken => "已經有人使用，請換一個。",
        FieldCode::NotAName => "請填寫與身分證件相同的姓名。",
        FieldCode::NotANationalId => "身分證字號或居留證號碼不正確，請再看一次。",
        FieldCode::NotAnEmail => "電子信箱格式不正確，例如 name@example.com。",
        FieldCode::NotAMobileNumber => "請填寫 09 開頭的 10 碼手機號碼。",
        FieldCode::NotALandline => "請填寫含區碼的電話號碼，例如 02-23112345。",
        FieldCode::NotABirthDate => "請填寫證件上的出生年、月、日。",
        FieldCode::InFuture => "這一天還沒有到，請確認日期。",
        FieldCode::TooLongAgo => "已超過法定期間：親屬喪亡為一個月，病危為接獲通知後七日。",
        FieldCode::TooYoung => "未滿 12 歲的孩子可以陪同接見，不需要帳號。",
        FieldCode::PasswordTooShort => "密碼至少 10 個字元，可以是一句話。",
        FieldCode::PasswordTooCommon => "這個密碼太常見，容易被猜到，請換一個。",
        FieldCode::PasswordIsPersonal => "請不要用姓名、證號、電話、生日或信箱當密碼。",
    }
}

/// The last day on which something is possible.
pub(super) fn until(last_day: &str) -> String {
    format!("最後一天是{last_day}。")
}
