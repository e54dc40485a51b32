//! What people read when a request is refused.

use protocol::Locale;

use crate::ProblemCode;

/// Title and detail of a problem. Languages that have no texts of their own yet read the English ones.
pub(crate) const fn text(code: ProblemCode, locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::ZhTw => chinese(code),
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => english(code),
    }
}

const fn chinese(code: ProblemCode) -> (&'static str, &'static str) {
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
        ProblemCode::LetterExpired => (
            "連結已經失效",
            "這個連結已經使用過或超過時效，請重新申請一封信。",
        ),
        ProblemCode::AccountHasVisits => ("還有預約中的接見", "請先取消已預約的接見，再關閉帳號。"),
        ProblemCode::VisitNotOpen => ("接見不在進行時段", "這場接見尚未開放，或已經結束。"),
        ProblemCode::ReasonLength => ("請填寫理由", "請以書面敘明理由，長度為 5 至 500 字。"),
        ProblemCode::LinkNotPossible => (
            "無法寄出連結",
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
        ProblemCode::ApplicationIncomplete => ("還缺一些資料", "請補上標示的資料後，再送出申請。"),
        ProblemCode::InmateNotFound => ("查無符合的收容人", "呼號與姓名須同時相符，請再確認一次。"),
        ProblemCode::InmateGone => (
            "收容人已不在本機關",
            "這位收容人已經移監或出監，如有疑問請洽原機關。",
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
            "這個梯次已經額滿",
            "您選擇時，最後一個名額剛被預約。請選擇其他梯次。",
        ),
        ProblemCode::QuotaUsed => (
            "本月次數已用完",
            "這位收容人這個月的行動接見次數已經用完，請選擇下個月的日期。",
        ),
        ProblemCode::AlreadyBusy => (
            "這個時段已有其他接見",
            "收容人或同行的接見人在這個時段已有其他接見，請選擇其他梯次。",
        ),
        ProblemCode::NotApproved => (
            "還不能預約",
            "您或同行的接見人對這位收容人的申請尚未核准，或同行的人尚未同意。",
        ),
        ProblemCode::Restricted => (
            "目前不能預約",
            "這個時段依規定不能接見。如有疑問，請洽矯正機關。",
        ),
        ProblemCode::NotBookable => (
            "這個時段不開放預約",
            "請重新整理時段表，選擇有標示圓圈的時段。",
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
        ProblemCode::Unavailable => ("服務暫時無法使用", "請稍候片刻再試一次。"),
    }
}

const fn english(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("Not found", "There is nothing under this address."),
        ProblemCode::MethodNotAllowed => (
            "Not possible here",
            "This address does not offer what was asked of it.",
        ),
        ProblemCode::BadRequest => (
            "Not understood",
            "What was sent is not of the expected form. Reload the page, then try again.",
        ),
        ProblemCode::NotSignedIn => ("Not signed in", "Please sign in again to continue."),
        ProblemCode::NotAllowed => (
            "Not among your duties",
            "Your roles do not include this. If you need it, please ask an administrator.",
        ),
        ProblemCode::PasswordIsTemporary => (
            "Please change your password first",
            "You signed in with a temporary password. Please choose one of your own.",
        ),
        ProblemCode::VisitNotFound => ("No such visit", "There is no such visit here."),
        ProblemCode::WrongCode => (
            "The code is not right",
            "Please enter the six digits that your app shows now; each code counts once.",
        ),
        ProblemCode::SecondFactorState => (
            "Not possible at this step",
            "The second factor has been changed meanwhile. Please sign in again.",
        ),
        ProblemCode::ChangedMeanwhile => (
            "Changed meanwhile",
            "Somebody else has just changed this. Please reload, then try again.",
        ),
        ProblemCode::LastAdministrator => (
            "One administrator must remain",
            "Please name another administrator first.",
        ),
        ProblemCode::WrongCredentials => (
            "Could not sign in",
            "The name or address and the password do not go together. Please try again.",
        ),
        ProblemCode::EmailNotVerified => (
            "Your address is not verified yet",
            "Please open the letter that we sent you. If it did not come or is too old, ask for another.",
        ),
        ProblemCode::AccountSuspended => (
            "The account is suspended",
            "This account cannot be used at the moment. Please contact the facility.",
        ),
        ProblemCode::LetterExpired => (
            "This link has expired",
            "It was used already, or it is too old. Please ask for another letter.",
        ),
        ProblemCode::AccountHasVisits => (
            "A visit is still booked",
            "Please cancel your booked visits first, then close the account.",
        ),
        ProblemCode::VisitNotOpen => (
            "The visit is not open",
            "This visit has not opened yet, or it has ended already.",
        ),
        ProblemCode::ReasonLength => (
            "A reason is needed",
            "Please give a written reason of 5 to 500 characters.",
        ),
        ProblemCode::LinkNotPossible => (
            "No link can be sent",
            "Nobody has this seat, or the visit cannot be joined any more.",
        ),
        ProblemCode::ApplicationExists => (
            "An application is under way",
            "You have an application for this person already. You find it among your applications.",
        ),
        ProblemCode::ApplicationState => (
            "Not possible as things stand",
            "The application has moved on. Reload the page to see where it stands.",
        ),
        ProblemCode::ApplicationIncomplete => (
            "Something is missing",
            "Please add what is marked, then send the application again.",
        ),
        ProblemCode::InmateNotFound => (
            "Nobody found",
            "Number and name must both be right. Please look at them again.",
        ),
        ProblemCode::InmateGone => (
            "Not at this facility any more",
            "This person was transferred or released. The facility can tell you more.",
        ),
        ProblemCode::TooManyOpen => (
            "Several are open already",
            "Please finish some of them before you add another.",
        ),
        ProblemCode::DocumentType => (
            "This type of file cannot be used",
            "Please upload a JPG or PNG picture. Proofs may also be PDFs.",
        ),
        ProblemCode::DocumentUnreadable => (
            "The file cannot be read",
            "It may be damaged or incomplete. Please take the picture again or save the file anew.",
        ),
        ProblemCode::DocumentPixels => (
            "The picture is too large",
            "Please make the picture smaller, then upload it again.",
        ),
        ProblemCode::DocumentActive => (
            "This PDF cannot be used",
            "A PDF must not be encrypted, and must hold no scripts or attachments. \
             Please use a picture, or print it to a new PDF.",
        ),
        ProblemCode::DocumentRefused => (
            "The file did not pass the safety check",
            "Please use another file, or take the picture again.",
        ),
        ProblemCode::DocumentsTooLarge => (
            "The files are too large",
            "The files of an application may take 20 MB together. \
             Please make them smaller, or remove some that are not needed.",
        ),
        ProblemCode::CompanionExists => (
            "Invited already",
            "You have invited this address already. Please wait for the answer.",
        ),
        ProblemCode::CompanionState => (
            "The invitation has changed",
            "It was answered or ended. Reload the page to see where it stands.",
        ),
        ProblemCode::SlotFull => (
            "This time is full",
            "The last place was taken while you were choosing. Please choose another time.",
        ),
        ProblemCode::QuotaUsed => (
            "No visit is left this month",
            "The visits of this month are used. Please choose a day of the next month.",
        ),
        ProblemCode::AlreadyBusy => (
            "There is another visit at that time",
            "The inmate or somebody in your party has another visit then. Please choose another time.",
        ),
        ProblemCode::NotApproved => (
            "Not possible to book yet",
            "An application for this inmate is not approved yet, or somebody has not agreed to come along.",
        ),
        ProblemCode::Restricted => (
            "Not possible to book at present",
            "Under the rules no visit can take place then. If you have questions, please ask the facility.",
        ),
        ProblemCode::NotBookable => (
            "This time is not open for booking",
            "Please reload the times and choose one that is marked with a circle.",
        ),
        ProblemCode::MinorWithoutAdult => (
            "An adult must come along",
            "Somebody under age visits together with an adult who is approved.",
        ),
        ProblemCode::PartySize => (
            "Not the right number of people",
            "One to three people can visit together, each on a seat of their own.",
        ),
        ProblemCode::KeyReused => (
            "Please book once more",
            "This request was used for another time before. Reload the page, then try again.",
        ),
        ProblemCode::VisitNotChangeable => (
            "The visit cannot be changed now",
            "It stands differently than before. Please reload the page.",
        ),
        ProblemCode::TerminalInUse => (
            "Visits are booked at this terminal",
            "Please move its visits to other terminals first.",
        ),
        ProblemCode::InvalidFields => (
            "Some fields need another look",
            "Please look at the fields that are marked, then send the form again.",
        ),
        ProblemCode::ForeignOrigin => (
            "Not possible from another site",
            "Please open the page of this service itself, then try again.",
        ),
        ProblemCode::TooManyRequests => (
            "Many requests came in",
            "Please wait some minutes, then try again.",
        ),
        ProblemCode::Unavailable => (
            "The service is away for the moment",
            "Please try again in a little while.",
        ),
    }
}
