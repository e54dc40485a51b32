import { plural } from '../plural';
import { inLanguage } from './pick';

const zhTw = {
  title: '收容人',
  text: '家屬申請時，會以呼號與姓名核對這份名冊。',
  caption: '收容人名冊',
  q: '呼號或姓名',
  filter: '狀態',
  number: '呼號',
  name: '姓名',
  firstName: '稱呼',
  firstNameHint: '視訊設備的螢幕上只顯示這個稱呼，例如名字不含姓。',
  state: '狀態',
  left: (moment: string) => `${moment} 離開`,
  empty: '名冊裡還沒有收容人',
  emptyNext: '可以逐一新增，或從 CSV 檔匯入。',
  noHit: '找不到符合的收容人。',
  add: '新增收容人',
  added: (name: string) => `已新增 ${name}。`,
  numberForm: '呼號是 4 或 6 位數字。',
  transfer: '移監',
  transferTitle: (name: string) => `${name} 移監`,
  transferText:
    '完成後，本機關的核准會失效；已預約的接見會標示為「機關確認中」，並通知家屬。家屬需要向新的機關重新申請。',
  target: '移往機關',
  targetNumber: '新機關的呼號',
  transferDone: (name: string) => `${name} 已移監，相關的人已收到通知。`,
  release: '出監（所）',
  releaseTitle: (name: string) => `${name} 出監（所）`,
  releaseText:
    '完成後，所有核准會失效；已預約的接見會標示為「機關確認中」，並通知家屬。這個動作無法復原。',
  releaseDone: (name: string) => `${name} 已出監（所），相關的人已收到通知。`,
  touched: (applications: number, visits: number) =>
    `${applications} 件申請失效，${visits} 次接見改為機關確認中。`,
  import: '匯入 CSV',
  importTitle: '從 CSV 檔匯入收容人',
  importText:
    '第一列為欄名：number,name,first_name（呼號、姓名、稱呼），UTF-8 編碼。先檢查，看過結果後再匯入。不在檔案裡的人維持不變。',
  choose: '選擇檔案',
  file: 'CSV 檔案',
  example: '範例',
  checking: '檢查中…',
  counts: (added: number, changed: number, unchanged: number) =>
    `新增 ${added} 人、更新 ${changed} 人、不變 ${unchanged} 人`,
  bad: (count: number) => `${count} 列有問題，不會匯入：`,
  line: '列',
  problem: '問題',
  noBad: '每一列都沒有問題。',
  doImport: (count: number) => `匯入 ${count} 人`,
  imported: '匯入完成。',
  nothing: '沒有需要匯入的資料。',
};

const en: typeof zhTw = {
  title: 'Inmates',
  text: 'Visitors’ applications are checked against this register, by number and name.',
  caption: 'Register of inmates',
  q: 'Number or name',
  filter: 'State',
  number: 'Number',
  name: 'Name',
  firstName: 'Name on the screen',
  firstNameHint:
    'Only this is shown on the terminal’s screen, for example the given name without the family name.',
  state: 'State',
  left: (moment: string) => `left ${moment}`,
  empty: 'There are no inmates in the register yet',
  emptyNext: 'Add them one by one, or import them from a CSV file.',
  noHit: 'Nobody found.',
  add: 'Add an inmate',
  added: (name: string) => `${name} has been added.`,
  numberForm: 'The number has four or six digits.',
  transfer: 'Transfer',
  transferTitle: (name: string) => `Transfer ${name}`,
  transferText:
    'Approvals at this facility end; booked visits are flagged and the families are told. They have to apply anew at the other facility.',
  target: 'To which facility',
  targetNumber: 'Number there',
  transferDone: (name: string) =>
    `${name} has been transferred; everybody concerned has been told.`,
  release: 'Release',
  releaseTitle: (name: string) => `Release ${name}`,
  releaseText:
    'All approvals end; booked visits are flagged and the families are told. This cannot be taken back.',
  releaseDone: (name: string) => `${name} has been released; everybody concerned has been told.`,
  touched: (applications: number, visits: number) =>
    `${plural(applications, 'application')} ended, ${plural(visits, 'visit')} to be looked at.`,
  import: 'Import CSV',
  importTitle: 'Import inmates from a CSV file',
  importText:
    'The first line names the columns: number,name,first_name; the encoding is UTF-8. The file is checked first, and imported once you have seen the result. Whoever is not in the file stays as they are.',
  choose: 'Choose a file',
  file: 'CSV file',
  example: 'Example',
  checking: 'Checking…',
  counts: (added: number, changed: number, unchanged: number) =>
    `${added} new, ${changed} changed, ${unchanged} unchanged`,
  bad: (count: number) =>
    `${count} ${count === 1 ? 'line has' : 'lines have'} a problem and will not be imported:`,
  line: 'Line',
  problem: 'Problem',
  noBad: 'No line has a problem.',
  doImport: (count: number) => `Import ${count}`,
  imported: 'The import is done.',
  nothing: 'There is nothing to import.',
};

export const inmateTexts = () => inLanguage({ zhTw, en });
