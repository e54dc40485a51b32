import { inLanguage } from './pick';

const zhTw = {
  title: '停止接見日',
  text: '國定假日、設備檢修等不辦理接見的日子或時段。',
  caption: '停止接見日清單',
  empty: '沒有停止接見日',
  emptyNext: '需要時，從「新增停止接見日」開始。',
  dates: '日期',
  times: '時段',
  reason: '原因',
  where: '範圍',
  whereHint: '「所有機關」會停止每一個機關的接見，並通知所有受影響的人。',
  wholeDay: '全天',
  here: '本機關',
  everywhere: '所有機關',
  add: '新增停止接見日',
  from: '開始日期',
  to: '結束日期（當天仍停止）',
  part: '時段',
  parts: { day: '全天', hours: '只有部分時段' },
  fromTime: '從（此時間起開始的梯次）',
  toTime: '到（此時間之前開始的梯次）',
  reasonHint: '受影響的家屬會讀到，例如「中秋節放假」。2 到 200 字。',
  reasonLength: '請填 2 到 200 字。',
  dateForm: '請填日期；結束日期不能早於開始日期。',
  timeForm: '結束時間須晚於開始時間。',
  check: '檢查影響',
  touches: '會影響的接見',
  touchesNobody: '這段時間沒有已預約的接見。',
  touchesSome: (count: number) =>
    `有 ${count} 次已預約的接見。儲存後會標示為「機關確認中」，並通知家屬與相關人員：`,
  close: (count: number) => (count === 0 ? '停止接見' : `停止接見並通知 ${count} 次接見的相關人`),
  added: '停止接見日已新增，相關的人會收到通知。',
  lift: '取消停止',
  liftTitle: '取消這個停止接見日？',
  liftText: '這段時間可以再預約。先前已取消的接見不會自動恢復。',
  liftAllText: '所有機關在這段時間都可以再預約。先前已取消的接見不會自動恢復。',
  lifted: '已取消，這段時間可以再預約。',
};

const en: typeof zhTw = {
  title: 'Closures',
  text: 'Days, or parts of days, without visits: holidays, maintenance and the like.',
  caption: 'Closures',
  empty: 'No closures',
  emptyNext: 'When one is needed, begin with “Add a closure”.',
  dates: 'Dates',
  times: 'Times',
  reason: 'Reason',
  where: 'Where',
  whereHint: '“All facilities” closes every one of them, and everybody concerned is told.',
  wholeDay: 'All day',
  here: 'This facility',
  everywhere: 'All facilities',
  add: 'Add a closure',
  from: 'First day',
  to: 'Last day (included)',
  part: 'Times',
  parts: { day: 'All day', hours: 'Only some hours' },
  fromTime: 'From (batches that begin at this time or later)',
  toTime: 'To (batches that begin before this time)',
  reasonHint:
    'The families concerned read it, for example “Mid-Autumn Festival”. 2 to 200 characters.',
  reasonLength: 'From 2 to 200 characters.',
  dateForm: 'Please enter the dates; the last day cannot be before the first.',
  timeForm: 'The end has to be later than the beginning.',
  check: 'See whom it touches',
  touches: 'Visits that it touches',
  touchesNobody: 'No visit is booked in this time.',
  touchesSome: (count: number) =>
    `${count} ${count === 1 ? 'visit is' : 'visits are'} booked. ${count === 1 ? 'It' : 'They'} will be flagged, and the families and everybody concerned told:`,
  close: (count: number) =>
    count === 0
      ? 'Close'
      : `Close, and tell the people of ${count} ${count === 1 ? 'visit' : 'visits'}`,
  added: 'The closure has been added; everybody concerned is told.',
  lift: 'Lift',
  liftTitle: 'Lift this closure?',
  liftText:
    'The time can be booked again. Visits that were called off do not come back by themselves.',
  liftAllText:
    'The time can be booked again at all facilities. Visits that were called off do not come back by themselves.',
  lifted: 'The closure has been lifted: the time can be booked again.',
};

export const closureTexts = () => inLanguage({ zhTw, en });
