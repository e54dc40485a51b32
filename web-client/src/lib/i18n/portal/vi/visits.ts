import type { PortalMessages } from '../texts.svelte';

export const visits: PortalMessages['visits'] = {
  states: {
    held: 'Đang giữ chỗ, chưa xác nhận',
    confirmed: 'Đã đặt',
    flagged: 'Cơ sở đang xem xét',
    in_session: 'Đang diễn ra',
    completed: 'Đã hoàn thành',
    terminated: 'Cơ sở đã kết thúc',
    technical_failure: 'Chưa hoàn thành do lỗi kỹ thuật',
    cancelled: 'Đã hủy',
    no_show: 'Vắng mặt',
  },
  endedBy: {
    visitor: 'Người thăm đã hủy',
    facility: 'Cơ sở đã hủy',
    inmate: 'Người được thăm không thể tham gia',
    system: 'Hệ thống đã hủy',
  },
  title: 'Lịch thăm của tôi',
  coming: 'Các buổi sắp tới',
  past: 'Các buổi trước đây',
  empty: 'Chưa đặt buổi thăm gặp nào.',
  emptyPast: 'Chưa có buổi thăm gặp nào trước đây.',
  book: 'Đặt lịch thăm',
  bookOther: 'Đặt giờ khác',
  open: (inmate) => `Buổi thăm gặp ${inmate}`,
  endedEarly: 'Lý do buổi thăm gặp kết thúc sớm',
  reason: 'Lý do',
  flaggedText:
    'Có thay đổi, và cơ sở đang xem xét buổi thăm gặp này có thể diễn ra hay không. Khi rõ, chúng tôi sẽ báo cho quý vị.',
  linkText: (minutes: number) =>
    `${minutes} phút trước giờ bắt đầu, liên kết sẽ được gửi đến điện thoại của quý vị.`,
  linkThere:
    'Liên kết đã được gửi cho quý vị qua tin nhắn. Chưa nhận được? Có thể gửi lại; khi đó liên kết cũ không còn dùng được.',
  link: 'Gửi lại liên kết cho tôi',
  linkSent:
    'Tin nhắn có liên kết mới đã được gửi đến số điện thoại đã đăng ký. Liên kết cũ không còn dùng được.',
  phoneTest: 'Kiểm tra điện thoại của tôi',
  changeParty: 'Thay đổi người cùng thăm',
  partySaved: 'Đã thay đổi. Chúng tôi sẽ báo cho họ.',
  cancel: 'Hủy buổi thăm gặp này',
  cancelTitle: 'Quý vị muốn hủy buổi thăm gặp này?',
  cancelGivesBack: (when) =>
    `Nếu hủy trước ${when}, lần này không bị tính vào số lần thăm trong tháng.`,
  cancelCounts: 'Nếu hủy bây giờ, lần này vẫn bị tính vào số lần thăm trong tháng.',
  cancelFlagged:
    'Cơ sở còn đang xem xét buổi thăm gặp này. Nếu hủy trong lúc này, lần này không bị tính vào số lần thăm trong tháng.',
  cancelFree: 'Lần này không bị tính vào số lần thăm trong tháng.',
  cancelParty: 'Những người cùng thăm cũng sẽ được báo.',
  cancelReason: 'Lý do hủy (không bắt buộc)',
  cancelConfirm: 'Hủy buổi thăm gặp',
  keep: 'Giữ buổi thăm gặp',
  cancelled: 'Buổi thăm gặp này đã được hủy.',
  leave: 'Tôi không thể tham gia',
  leaveTitle: 'Quý vị muốn rút khỏi buổi thăm gặp này?',
  leaveText:
    'Những người khác vẫn có thể thăm gặp. Nếu quý vị muốn tham gia lại, người đặt lịch cần thêm quý vị vào.',
  leaveConfirm: 'Rút khỏi buổi thăm gặp',
  left: 'Quý vị đã rút khỏi buổi thăm gặp này.',
  together: (minutes) => `Quý vị đã ở bên nhau ${minutes} phút.`,
  timeAdded: (minutes) => `Buổi thăm gặp đã kéo dài thêm ${minutes} phút để bù thời gian đã mất.`,
  counted: 'Tính vào số lần trong tháng',
  notCounted: 'Không tính vào số lần',
};
