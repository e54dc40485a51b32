/** What whoever waits for their turn reads, in the languages of visitors and staff alike. */
import { plural } from './plural';

export const zhTwTurn = {
  title: '現在使用的人很多',
  text: '您填寫的內容都還在，輪到您時會自動再試，不需要再按任何按鈕。請不要關閉這個頁面。',
  again: (seconds: number) => `${seconds} 秒後自動再試`,
  stop: '不等了',
  /** A refusal that names its time: how many minutes from now. */
  inMinutes: (minutes: number) => `請在大約 ${minutes} 分鐘後再試一次。`,
};

export const enTurn: typeof zhTwTurn = {
  title: 'Many people are using this service just now',
  text: 'What you typed stays here, and we try again for you when it is your turn: you do not need to do anything. Please keep this page open.',
  again: (seconds) => `Trying again in ${plural(seconds, 'second')}`,
  stop: 'Stop waiting',
  inMinutes: (minutes) => `Please try again in about ${plural(minutes, 'minute')}.`,
};
