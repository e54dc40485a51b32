import type { PortalMessages } from '../texts.svelte';

export const account: PortalMessages['account'] = {
  start: {
    title: 'Nộp đơn và đặt lịch thăm gặp',
    intro: 'Tại đây quý vị có thể nộp đơn xin thăm và đặt lịch gọi video với người thân.',
    steps: [
      {
        title: 'Đăng ký tài khoản',
        text: 'Cần thẻ căn cước hoặc thẻ cư trú (ARC), email và số điện thoại di động. Mất khoảng 5 phút.',
      },
      {
        title: 'Nộp đơn xin thăm',
        text: 'Xin gửi giấy tờ tùy thân, giấy tờ chứng minh quan hệ và ảnh của quý vị. Cơ sở sẽ xét duyệt.',
      },
      {
        title: 'Đặt giờ',
        text: 'Sau khi được chấp thuận, xin chọn giờ trong khoảng 2 đến 7 ngày tới. Trước giờ bắt đầu, quý vị sẽ nhận liên kết qua tin nhắn.',
      },
    ],
    register: 'Đăng ký tài khoản',
    signIn: 'Tôi đã có tài khoản: đăng nhập',
    test: 'Kiểm tra điện thoại của tôi trước',
  },
  consent: {
    title: 'Thông báo về việc thu thập dữ liệu cá nhân',
    intro:
      'Để sắp xếp việc thăm gặp, chúng tôi cần dữ liệu cá nhân của quý vị. Theo Điều 8 Luật Bảo vệ dữ liệu cá nhân của Đài Loan, trước khi quý vị cung cấp, chúng tôi xin cho biết những điều sau.',
    sections: [
      {
        title: 'Ai thu thập dữ liệu của quý vị',
        text: 'Cục Cải huấn thuộc Bộ Tư pháp Đài Loan (法務部矯正署) và các cơ sở cải huấn trực thuộc (sau đây gọi là “cơ quan”).',
      },
      {
        title: 'Vì sao cần',
        text: 'Để nhận đơn, xét duyệt, đặt lịch và tổ chức việc thăm người bị giam giữ, và để lưu hồ sơ, thống kê theo pháp luật. Căn cứ là Luật Thi hành án phạt tù, Luật Tạm giam và các quy định của Đài Loan về thăm gặp bằng thiết bị liên lạc.',
      },
      {
        title: 'Những dữ liệu nào',
        text: 'Họ tên, số căn cước hoặc thẻ cư trú (ARC), ngày sinh, email, số di động và điện thoại, quan hệ với người được thăm, giấy tờ tùy thân và giấy tờ chứng minh quan hệ, ảnh chân dung, hồ sơ đặt lịch và thăm gặp.',
      },
      {
        title: 'Trong bao lâu, ở đâu, ai dùng và dùng thế nào',
        text: 'Trong thời gian cần cho việc thăm gặp và thời hạn lưu giữ theo pháp luật, trong lãnh thổ Đài Loan, cơ quan sử dụng bằng máy tính hoặc thủ công. Ảnh và các dữ liệu sinh trắc khác được xóa trong vòng 30 ngày sau khi không còn cần. Trừ khi pháp luật quy định khác, dữ liệu không được đưa cho ai khác.',
      },
      {
        title: 'Quyền của quý vị',
        text: 'Theo Điều 3 Luật Bảo vệ dữ liệu cá nhân, quý vị có thể xem dữ liệu, nhận bản sao, bổ sung hoặc sửa, và yêu cầu ngừng thu thập, xử lý, sử dụng hoặc xóa dữ liệu. Sau khi đăng nhập, ở mục “Tài khoản”, quý vị có thể tải dữ liệu về hoặc đóng tài khoản; cũng có thể liên hệ bộ phận thăm gặp của cơ sở.',
      },
      {
        title: 'Nếu quý vị không cung cấp',
        text: 'Quý vị tự do quyết định. Nếu thiếu dữ liệu cần thiết, chúng tôi không thể xác nhận quý vị là ai và không thể nhận đơn trực tuyến; quý vị vẫn có thể đến cơ sở để làm thủ tục.',
      },
      {
        title: 'Giám sát và ghi hình khi thăm gặp',
        text: 'Theo luật, cơ sở giám sát và ghi hình, ghi âm buổi thăm gặp; buổi thăm gặp của luật sư và người bào chữa chỉ được quan sát, không nghe, không ghi âm, không ghi hình.',
      },
    ],
    agreeTitle: 'Sự đồng ý của quý vị',
    agree: 'Tôi đã đọc và hiểu những điều trên, và đồng ý cung cấp dữ liệu',
    agreeError:
      'Xin đánh dấu vào ô để cho biết quý vị đã đọc và đồng ý; nếu không đồng ý, quý vị có thể đóng trang này.',
    goOn: 'Đồng ý và tiếp tục',
  },
  register: {
    title: 'Đăng ký tài khoản',
    identityTitle: 'Họ tên và số giấy tờ của quý vị',
    identityHint:
      'Xin viết giống như trên giấy tờ mà quý vị sẽ gửi. Sau khi đăng ký, quý vị không thể tự thay đổi.',
    name: 'Họ tên',
    nameError: 'Xin điền họ tên trên giấy tờ.',
    nationalId: 'Số căn cước hoặc số thẻ cư trú (ARC)',
    nationalIdHint:
      'Một chữ cái và chín chữ số, ví dụ A123456789; thẻ cư trú kiểu cũ có hai chữ cái và tám chữ số.',
    nationalIdError: 'Số này có chỗ chưa đúng. Xin đối chiếu lại với giấy tờ.',
    birthTitle: 'Ngày sinh của quý vị',
    birthHint: 'Năm dương lịch hoặc năm Dân Quốc đều được, ví dụ 1953 hoặc 42.',
    birth: 'Ngày sinh',
    year: 'Năm',
    month: 'Tháng',
    day: 'Ngày',
    birthError: 'Xin điền năm, tháng, ngày sinh trên giấy tờ.',
    birthFuture: 'Ngày sinh không thể sau hôm nay. Xin xem lại.',
    birthShown: (date) => date,
    emailTitle: 'Email của quý vị',
    emailHint:
      'Chúng tôi sẽ gửi một thư để quý vị xác nhận. Mỗi email chỉ đăng ký được một tài khoản.',
    email: 'Email',
    emailError: 'Xin điền đầy đủ địa chỉ email, ví dụ meiyu@example.com.',
    phoneTitle: 'Số điện thoại của quý vị',
    phone: 'Số điện thoại di động',
    phoneHint: 'Tin nhắn có liên kết thăm gặp sẽ được gửi đến điện thoại này.',
    phoneError: 'Xin điền số di động gồm mười chữ số, bắt đầu bằng 09.',
    landline: 'Điện thoại nhà (không bắt buộc)',
    landlineShown: 'Điện thoại nhà',
    landlineHint: 'Ví dụ 02-2345-6789.',
    landlineError: 'Số điện thoại chỉ có chữ số, dấu cách và - # ( ).',
    passwordTitle: 'Đặt mật khẩu',
    passwordHint: (least) =>
      `Ít nhất ${least} ký tự. Có thể là một câu mà quý vị nhớ được và người khác không đoán ra; không cần ký hiệu đặc biệt.`,
    password: 'Mật khẩu',
    passwordError: (least) => `Mật khẩu cần ít nhất ${least} ký tự.`,
    checkTitle: 'Xin xem lại thông tin',
    checkHint: 'Sau khi gửi, quý vị không thể tự thay đổi họ tên, số giấy tờ, ngày sinh và email.',
    checkPassword: '(đã đặt)',
    submit: 'Gửi đăng ký',
    sentTitle: 'Xin mở hộp thư',
    sentText: (email) =>
      `Xin mở hộp thư ${email}. Nếu email hoặc số giấy tờ này đã từng đăng ký, thư được gửi đến địa chỉ đã đăng ký khi đó.`,
    sentNext: 'Xin mở liên kết trong thư trong vòng 10 phút để hoàn tất.',
    sentNotThere: 'Không nhận được thư? Xin xem hộp thư rác, hoặc yêu cầu gửi lại.',
    resend: 'Gửi lại',
    resendIn: (seconds) => `Có thể gửi lại sau ${seconds} giây`,
    resent: 'Đã gửi lại. Xin dùng thư mới nhất.',
    wrongEmail: 'Email viết sai: điền lại',
  },
  verify: {
    title: 'Xác nhận email của quý vị',
    text: 'Bấm một lần là hoàn tất đăng ký và đăng nhập.',
    confirm: 'Xác nhận',
    failedTitle: 'Liên kết này không dùng được',
    failedText:
      'Liên kết có hiệu lực 10 phút và chỉ dùng được một lần; nếu đã gửi lại, chỉ thư mới nhất có hiệu lực. Khi cần, quý vị có thể yêu cầu gửi thư khác tại đây.',
    doneTitle: 'Đã xác nhận',
  },
  signIn: {
    title: 'Đăng nhập',
    submit: 'Đăng nhập',
    wrong: 'Email hoặc mật khẩu chưa đúng. Xin xem lại, hoặc đặt lại mật khẩu.',
    unverifiedTitle: 'Email của quý vị chưa được xác nhận',
    unverifiedText: 'Xin mở thư mà chúng tôi đã gửi. Nếu không tìm thấy, xin yêu cầu gửi lại.',
    suspendedTitle: 'Tài khoản của quý vị đang tạm ngưng',
    suspendedText:
      'Lý do được ghi trong thư chúng tôi đã gửi. Nếu quý vị thấy sự việc không đúng như vậy, xin hỏi cơ sở nơi quý vị đến thăm. Quý vị cũng có thể xin cơ sở bản sao dữ liệu cá nhân (trả lời trong 15 ngày), hoặc xin sửa, xóa dữ liệu và đóng tài khoản (trả lời trong 30 ngày).',
    passwordError: 'Xin điền mật khẩu.',
    forgot: 'Quên mật khẩu',
    register: 'Chưa có tài khoản? Đăng ký',
  },
  forgot: {
    title: 'Đặt lại mật khẩu',
    text: 'Xin điền email của tài khoản. Chúng tôi sẽ gửi liên kết để đặt mật khẩu mới.',
    submit: 'Gửi cho tôi',
    sentTitle: 'Xin mở hộp thư',
    sentText: (email) =>
      `Nếu ${email} có tài khoản, chúng tôi đã gửi một thư đến đó. Liên kết có hiệu lực trong 30 phút.`,
    resetTitle: 'Đặt mật khẩu mới',
    newPassword: 'Mật khẩu mới',
    resetSubmit: 'Lưu mật khẩu mới',
    resetDoneTitle: 'Đã đặt mật khẩu mới',
    resetDoneText: 'Để an toàn, mọi thiết bị đã được đăng xuất. Xin đăng nhập bằng mật khẩu mới.',
    failedTitle: 'Liên kết này không dùng được',
    failedText: 'Có thể đã quá 30 phút, hoặc liên kết đã được dùng. Xin yêu cầu lại.',
    askAgain: 'Gửi lại',
  },
  profile: {
    title: 'Tài khoản của tôi',
    fixed:
      'Quý vị không thể tự thay đổi họ tên, số giấy tờ, ngày sinh và email. Nếu có chỗ sai, xin liên hệ bộ phận thăm gặp của cơ sở.',
    language: 'Ngôn ngữ của thư và tin nhắn',
    changeTitle: 'Thay đổi điện thoại và ngôn ngữ',
    passwordTitle: 'Thay đổi mật khẩu',
    wrongPassword: 'Mật khẩu không đúng. Xin nhập lại.',
    currentPassword: 'Mật khẩu hiện tại',
    passwordChanged: 'Mật khẩu đã được thay đổi.',
    dataTitle: 'Dữ liệu của tôi',
    exportText: 'Tải về tất cả những gì chúng tôi lưu về quý vị.',
    export: 'Tải dữ liệu của tôi',
    closeTitle: 'Đóng tài khoản',
    closeText:
      'Sau khi đóng, quý vị không thể đăng nhập nữa. Nếu còn buổi thăm gặp sắp tới, xin hủy hoặc rút khỏi các buổi đó trước. Các đơn sẽ được rút lại; dữ liệu được xóa khi hết thời hạn lưu giữ theo pháp luật.',
    closeLink: 'Tôi muốn đóng tài khoản',
    closeConfirm: 'Đóng tài khoản',
    closePassword: 'Xin nhập mật khẩu để xác nhận là chính quý vị',
    closedTitle: 'Tài khoản đã được đóng',
    closedText: 'Xin cảm ơn quý vị đã dùng dịch vụ này.',
  },
};
