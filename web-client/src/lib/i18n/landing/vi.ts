import type { LandingMessages } from './messages';

export const vi: LandingMessages = {
  title: 'Gặp người thân vào giờ đã hẹn',
  intro:
    'Thăm gặp qua video cho phép quý vị dùng điện thoại của mình để gặp người thân đang ở trong cơ sở cải huấn. Không cần cài ứng dụng.',
  steps: [
    {
      title: 'Nộp đơn và đặt lịch',
      text: 'Đăng ký tài khoản và nộp đơn xin thăm. Sau khi cơ sở chấp thuận, xin chọn giờ phù hợp.',
    },
    {
      title: 'Nhận tin nhắn',
      text: 'Gần đến giờ thăm, mỗi người thăm nhận một tin nhắn có liên kết riêng.',
    },
    {
      title: 'Bấm vào liên kết',
      text: 'Đến giờ hẹn, xin mở liên kết. Khi thấy hình của mình, xin bấm “Vào thăm gặp”.',
    },
    {
      title: 'Gặp nhau',
      text: 'Người thân ngồi trước thiết bị của cơ sở. Hết giờ, buổi thăm gặp tự kết thúc.',
    },
  ],
  book: 'Nộp đơn và đặt lịch thăm gặp',
  note: 'Liên kết chỉ dùng được trên một điện thoại. Nếu quý vị đổi điện thoại, trang có thể gửi liên kết mới.',
};
