import { inLanguage } from './pick';

const zhTw = {
  title: '接見人帳號',
  text: '接見人的帳號在所有機關通用。未搜尋時，這裡列出暫停使用的帳號。暫停期間，本人仍可申請查閱個人資料（15 日內答覆），或更正、刪除（30 日內答覆）：確認身分後恢復使用，本人即可在帳號頁下載資料或關閉帳號。',
  caption: '接見人帳號清單',
  q: '姓名的一部分，或完整的電子郵件',
  name: '姓名',
  email: '電子郵件',
  state: '狀態',
  reason: '原因',
  visits: '未來的接見',
  active: '使用中',
  suspended: '暫停使用',
  empty: '沒有暫停使用的帳號',
  emptyNext: '要查看某人的帳號，請以姓名或電子郵件搜尋。',
  noHit: '沒有符合的帳號',
  noHitNext: '電子郵件尚未驗證，或已經關閉的帳號不會列出。',
  suspend: '暫停使用',
  suspendTitle: (name: string) => `暫停 ${name} 的帳號？`,
  suspendText: (visits: number) =>
    `本人會立即登出，暫時不能登入或預約。${visits === 0 ? '目前沒有未來的接見。' : `未來的 ${visits} 場接見：已預約的標示為「機關確認中」，由各機關決定；尚未確認的保留會收回。`}本人、同行的人與機關都會收到通知，申請與接見資格照舊。`,
  hint: '5 到 500 字。本人會在信中讀到，也會寫入稽核紀錄；同行的人與機關不會看到。',
  phrases: ['身分資料須再確認，請洽接見機關。', '帳號可能有他人使用，為了保護您而先暫停。'],
  done: (name: string, visits: number) =>
    `${name} 的帳號已暫停使用${visits > 0 ? `，${visits} 場接見標示為「機關確認中」` : ''}。`,
  reinstate: '恢復使用',
  reinstateTitle: (name: string) => `恢復 ${name} 的帳號？`,
  reinstateText: '本人會立即可以登入與預約，並收到通知。標示為「機關確認中」的接見仍由各機關決定。',
  reinstated: (name: string) => `${name} 的帳號已恢復使用。`,
  correct: '更正電子郵件',
  correctTitle: (name: string) => `更正 ${name} 的電子郵件？`,
  correctText: (email: string) =>
    `目前是 ${email}。請先當面確認身分。本人會登出，今後以新的地址登入，並可在登入頁重新設定密碼；新舊兩個地址都會收到通知。`,
  correctEmail: '新的電子郵件',
  correctHint: '5 到 500 字，寫入稽核紀錄；信中不會出現。',
  correctPhrases: [
    '本人持身分證件到場，原信箱已無法使用。',
    '註冊時打錯地址，本人持身分證件到場更正。',
  ],
  corrected: (name: string) => `${name} 的電子郵件已更正，並已通知新舊地址。`,
};

const en: typeof zhTw = {
  title: 'Visitors’ accounts',
  text: 'A visitor’s account is the same at all facilities. Without a search, those that are suspended are listed. Who is suspended may still ask for a copy of the personal data (to be answered in 15 days), or for correction or deletion (in 30): make sure who it is and open the account again, and they take the copy or close the account on their account page.',
  caption: 'Visitors’ accounts',
  q: 'A part of the name, or the whole email address',
  name: 'Name',
  email: 'Email',
  state: 'State',
  reason: 'Reason',
  visits: 'Visits ahead',
  active: 'Active',
  suspended: 'Suspended',
  empty: 'No account is suspended',
  emptyNext: 'To see somebody’s account, search by name or email address.',
  noHit: 'No account found',
  noHitNext: 'Accounts whose address was not proved yet and those that are closed are not listed.',
  suspend: 'Suspend',
  suspendTitle: (name: string) => `Suspend the account of ${name}?`,
  suspendText: (visits: number) =>
    `The visitor is signed out at once and can neither sign in nor book. ${visits === 0 ? 'There are no visits ahead.' : `Visits ahead: ${visits}. Those that are booked are flagged for their facilities to decide; what is held is taken back.`} The visitor, companions and facilities are told. Applications and approvals stay as they are.`,
  hint: '5 to 500 characters. The visitor reads it in a letter, and it is kept in the audit trail; companions and facilities do not see it.',
  phrases: [
    'Your identity has to be confirmed again; please ask the facility.',
    'Somebody else may be using your account; it is suspended to protect you.',
  ],
  done: (name: string, visits: number) =>
    `The account of ${name} is suspended${visits > 0 ? `; visits flagged: ${visits}` : ''}.`,
  reinstate: 'Open again',
  reinstateTitle: (name: string) => `Open the account of ${name} again?`,
  reinstateText:
    'The visitor can sign in and book at once, and is told. Visits that were flagged are still for their facilities to decide.',
  reinstated: (name: string) => `The account of ${name} is open again.`,
  correct: 'Correct the email address',
  correctTitle: (name: string) => `Correct the email address of ${name}?`,
  correctText: (email: string) =>
    `It is ${email} now. First make sure in person who it is. The visitor is signed out, signs in with the new address from then on, and can set a new password on the sign-in page. Both addresses are told.`,
  correctEmail: 'New email address',
  correctHint: '5 to 500 characters, for the audit trail; the letters do not show it.',
  correctPhrases: [
    'Came with an identity document; the old mailbox is out of use.',
    'The address was misspelt at registration; came with an identity document.',
  ],
  corrected: (name: string) =>
    `The email address of ${name} has been corrected, and both addresses are told.`,
};

export const visitorTexts = () => inLanguage({ zhTw, en });
