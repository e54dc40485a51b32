import type { PortalMessages } from '../texts.svelte';

export const phone: PortalMessages['phone'] = {
  title: 'Kiểm tra điện thoại của tôi',
  intro: 'Mất khoảng một phút. Hình và tiếng khi kiểm tra chỉ ở trong điện thoại của quý vị.',
  start: 'Bắt đầu kiểm tra',
  allow: 'Điện thoại sẽ hỏi có cho dùng camera và micrô không. Xin bấm “Cho phép”.',
  checking: 'Đang kiểm tra…',
  camera: 'Camera',
  cameraAsk: 'Quý vị có thấy mình ở phía trên không?',
  microphone: 'Micrô',
  microphoneAsk: 'Xin nói vài câu; thanh bên dưới sẽ chuyển động theo.',
  microphoneGood: 'Nghe được tiếng của quý vị.',
  loudspeaker: 'Loa',
  play: 'Phát âm thanh',
  loudspeakerAsk: 'Quý vị có nghe thấy ba tiếng chuông không?',
  network: 'Mạng',
  yes: 'Có',
  no: 'Không',
  good: 'Tốt',
  bad: 'Cần xem lại',
  waiting: 'Đang chờ quý vị trả lời',
  cameraHelp:
    'Xin xem ống kính có bị che không, đóng các ứng dụng khác đang dùng camera, rồi kiểm tra lại.',
  refused:
    'Trình duyệt chưa cho trang này dùng camera và micrô. Xin cho phép trong phần cài đặt của trang, rồi kiểm tra lại.',
  missing: 'Không tìm thấy camera hoặc micrô. Xin dùng điện thoại, hoặc nối thêm camera và micrô.',
  busy: 'Camera hoặc micrô không phản hồi; có thể ứng dụng khác đang dùng. Xin kết thúc các cuộc gọi khác rồi kiểm tra lại.',
  unsupported: 'Trình duyệt này không thể gọi video. Xin dùng Chrome hoặc Safari trên điện thoại.',
  inApp:
    'Trang này đang mở trong một ứng dụng khác (như LINE), camera có thể không dùng được. Xin mở bằng trình duyệt của điện thoại.',
  microphoneHelp: 'Xin xem micrô có bị che hoặc bị tắt không, rồi kiểm tra lại.',
  loudspeakerHelp:
    'Xin tăng âm lượng và tắt chế độ im lặng; nếu đang cắm tai nghe, xin nghe thử ở tai nghe.',
  networkGood: (ms) => `Kết nối tốt (${ms} ms).`,
  networkSlow: (ms) =>
    `Kết nối được nhưng hơi chậm (${ms} ms). Xin đến gần Wi-Fi hơn, hoặc đến nơi có sóng tốt hơn.`,
  networkBad:
    'Chưa kết nối được với dịch vụ thăm gặp. Xin kiểm tra mạng, hoặc thử Wi-Fi khác hay mạng di động.',
  networkDoor:
    'Trang mở được, nhưng mạng này chặn kết nối video. Xin thử Wi-Fi khác hay mạng di động.',
  allGoodTitle: 'Điện thoại của quý vị đã sẵn sàng',
  allGood: 'Khi thăm gặp, xin dùng chính điện thoại này ở cùng một nơi.',
  someBadTitle: 'Còn vài chỗ cần xem lại',
  someBad:
    'Xin làm theo hướng dẫn ở trên rồi kiểm tra lại. Nếu vẫn chưa được, xin nhờ người nhà giúp, hoặc liên hệ bộ phận thăm gặp của cơ sở.',
  repeat: 'Kiểm tra lại',
};
