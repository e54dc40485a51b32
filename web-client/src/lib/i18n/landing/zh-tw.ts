import type { LandingMessages } from './messages';

export const zhTw: LandingMessages = {
  title: '在約定的時間，見到家人',
  intro: '行動接見讓您用手機與收容在機關裡的家人視訊，不需要安裝 App。',
  steps: [
    { title: '申請和預約', text: '註冊帳號，申請接見資格。機關核准後，選擇方便的時間。' },
    { title: '收到簡訊', text: '接見時間快到時，每位接見人會收到一則簡訊，裡面有專屬連結。' },
    { title: '點連結', text: '在約定的時間點開連結，看到自己的畫面後按「加入接見」。' },
    { title: '見面', text: '家人在機關的視訊設備前。時間到了，接見會自動結束。' },
  ],
  book: '申請與預約接見',
  note: '連結只能由一支手機使用。換了手機，可以在頁面上請我們傳新的連結。',
};
