import { inLanguage } from './pick';

const zhTw = {
  title: '快速鍵',
  text: '在這一頁可以使用的按鍵。輸入文字時不會作用。',
  none: '這一頁沒有快速鍵。',
  show: '顯示快速鍵',
  turnOn: '使用單鍵快速鍵',
  turnOnHint: '使用語音輸入，或單鍵另有用途時，可以關閉。這台電腦的瀏覽器會記住。',
  offNow: '快速鍵已關閉。',
  send: '送出對話框裡的內容',
  key: '按鍵',
  does: '作用',
  nextRow: '下一筆',
  previousRow: '上一筆',
  open: '開啟這一筆',
  search: '搜尋',
  more: '顯示更多',
  next: '下一件',
  previous: '上一件',
  up: '回到清單',
};

const en: typeof zhTw = {
  title: 'Keys',
  text: 'What the keyboard does on this page. Never while you type.',
  none: 'There are no keys on this page.',
  show: 'Show the keys',
  turnOn: 'Use single keys',
  turnOnHint:
    'Turn them off if you dictate, or use single keys for something else. This browser remembers it.',
  offNow: 'The keys are turned off.',
  send: 'Send what is in a dialog',
  key: 'Key',
  does: 'What it does',
  nextRow: 'Next entry',
  previousRow: 'Entry before',
  open: 'Open the entry',
  search: 'Search',
  more: 'Show more',
  next: 'Next one',
  previous: 'One before',
  up: 'Back to the list',
};

export const keyTexts = () => inLanguage({ zhTw, en });
