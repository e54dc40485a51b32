import { inLanguage } from './pick';

const zhTw = {
  reason: '理由',
  phrases: '常用理由（點選即可加入）',
  hint: '5 到 500 字，會寫入紀錄。',
  length: '理由需要 5 到 500 字。',
};

const en: typeof zhTw = {
  reason: 'Reason',
  phrases: 'Common reasons (tap to add)',
  hint: '5 to 500 characters; it is kept on record.',
  length: 'The reason needs 5 to 500 characters.',
};

export const reasonTexts = () => inLanguage({ zhTw, en });
