import { enTurn, zhTwTurn } from '../turn';
import { inLanguage } from './pick';

export const turnTexts = () => inLanguage({ zhTw: zhTwTurn, en: enTurn });
