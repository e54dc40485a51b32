import type { PortalMessages } from '../texts.svelte';

export const phone: PortalMessages['phone'] = {
  title: 'Kiểm tra điện thoại của tôi',
  intro: 'Mất khoảng một phút. Không ai nhìn hay nghe thấy, và không có gì được ghi lại.',
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
  callTesting: 'Đang gửi hình và tiếng như trong buổi thăm gặp, khoảng mười giây…',
  call: {
    good: 'Có thể thăm gặp qua video tốt từ đây: hình và tiếng đều truyền được.',
    sound_only:
      'Có thể thăm gặp từ đây, nhưng mạng hơi yếu: tiếng truyền được, hình có thể tạm dừng. Đến gần Wi-Fi hơn, hoặc nơi có sóng tốt hơn thì sẽ tốt hơn.',
    no_connection:
      'Hiện chưa thể thăm gặp qua video bằng mạng này. Xin thử Wi-Fi khác hay mạng di động rồi kiểm tra lại. Nếu vẫn chưa được, xin gọi điện cho cơ sở trước buổi thăm gặp.',
    busy: 'Hiện có nhiều người đang kiểm tra. Xin thử lại sau vài phút.',
  },
  callTold: 'Nếu quý vị đã đặt lịch thăm gặp, cơ sở sẽ thấy kết quả này và có thể giúp sớm.',
  callUntried: 'Chưa kiểm tra cuộc gọi video',
  callSignIn:
    'Sau khi đăng nhập, quý vị còn có thể kiểm tra xem từ đây có thăm gặp qua video được không.',
  signIn: 'Đăng nhập và kiểm tra',
  devicesGoodTitle: 'Camera, micrô và loa đều tốt',
  devicesGood:
    'Xin đăng nhập và kiểm tra thêm một lần, để biết mạng ở đây có đủ tốt cho buổi thăm gặp không.',
  allGoodTitle: 'Điện thoại của quý vị đã sẵn sàng',
  allGood: 'Khi thăm gặp, xin dùng chính điện thoại này ở cùng một nơi.',
  someBadTitle: 'Còn vài chỗ cần xem lại',
  someBad:
    'Xin làm theo hướng dẫn ở trên rồi kiểm tra lại. Nếu vẫn chưa được, xin nhờ người nhà giúp, hoặc liên hệ bộ phận thăm gặp của cơ sở.',
  repeat: 'Kiểm tra lại',
};
