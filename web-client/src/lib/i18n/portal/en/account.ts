import type { PortalMessages } from '../texts.svelte';

export const account: PortalMessages['account'] = {
  start: {
    title: 'Apply for and book visits',
    intro: 'Here you can apply to visit somebody, and book a video visit with them.',
    steps: [
      {
        title: 'Make an account',
        text: 'You need your identity card or resident certificate (ARC), an email address and a mobile number. It takes about 5 minutes.',
      },
      {
        title: 'Apply to visit',
        text: 'Send proof of who you are and how you are related, and your photo. The facility decides.',
      },
      {
        title: 'Book a time',
        text: 'Once approved, choose a time 2 to 7 days ahead. Before it starts you get a link by text message.',
      },
    ],
    register: 'Make an account',
    signIn: 'I have an account: sign in',
    test: 'Test my phone first',
  },
  consent: {
    title: 'How we use your personal data',
    intro:
      'To arrange visits we need personal data about you. Under Article 8 of the Personal Data Protection Act we tell you the following before you give them to us.',
    sections: [
      {
        title: 'Who collects your data',
        text: 'The Agency of Corrections, Ministry of Justice (法務部矯正署), and its facilities.',
      },
      {
        title: 'Why they are needed',
        text: 'To receive, decide, book and hold visits with inmates, and for the records and statistics that the law asks for. The basis is the Prison Act, the Detention Act and the rules on visits by communication equipment.',
      },
      {
        title: 'Which data',
        text: 'Your name, number of your identity card or resident certificate (ARC), date of birth, email address, mobile and telephone numbers, your relationship with the inmate, proof of identity and relationship, a photo of your face, and records of bookings and visits.',
      },
      {
        title: 'How long, where, by whom and how',
        text: 'For as long as visits are arranged and the law asks us to keep them, within Taiwan, by the agency and its facilities, on computers or by hand. Photos and other biometric data are deleted within 30 days after they are no longer needed. They are given to nobody else unless the law says so.',
      },
      {
        title: 'Your rights',
        text: 'Under Article 3 of the Act you may look at your data, get a copy, complete or correct them, and ask us to stop collecting, processing or using them, or to delete them. After signing in, “Account” lets you download your data or close the account; you can also contact a facility’s visits office.',
      },
      {
        title: 'If you do not give them',
        text: 'You are free to decide. Without the necessary data we cannot know who you are and cannot take an application online. You can still apply at the facility in person.',
      },
      {
        title: 'Supervision and recording of visits',
        text: 'By law the facility watches visits and records them. Visits of lawyers and defenders are watched but neither heard nor recorded.',
      },
    ],
    agreeTitle: 'Your consent',
    agree: 'I have read and understood this, and agree to give my data',
    agreeError:
      'Please tick the box to say that you have read it and agree; if you do not, you can close this page.',
    goOn: 'Agree and continue',
  },
  register: {
    title: 'Make an account',
    identityTitle: 'Your name and identity number',
    identityHint:
      'Please write them as on the card that you will send us. You cannot change them yourself later.',
    name: 'Full name',
    nameError: 'Enter the name that is on your card.',
    nationalId: 'Number of your identity card or resident certificate (ARC)',
    nationalIdHint:
      'One letter and nine digits, such as A123456789; older resident certificates have two letters and eight digits.',
    nationalIdError: 'This number is not quite right. Please compare it with your card.',
    birthTitle: 'Your date of birth',
    birthHint: 'A Western year or a Minguo (ROC) year, such as 1953 or 42.',
    birth: 'Date of birth',
    year: 'Year',
    month: 'Month',
    day: 'Day',
    birthError: 'Enter the year, month and day of birth that are on your card.',
    birthFuture: 'A date of birth cannot lie after today. Please look again.',
    birthShown: (date, republic) =>
      republic === null ? date : `${date} (Minguo year ${republic})`,
    emailTitle: 'Your email address',
    emailHint: 'We send you an email to confirm it. Each address can have one account only.',
    email: 'Email address',
    emailError: 'Enter a full email address, such as meiyu@example.com.',
    phoneTitle: 'Your telephone numbers',
    phone: 'Mobile number',
    phoneHint: 'The link to a video visit comes to this phone by text message.',
    phoneError: 'Enter a mobile number of ten digits that begins with 09.',
    landline: 'Landline (optional)',
    landlineShown: 'Landline',
    landlineHint: 'Such as 02-2345-6789.',
    landlineError: 'A telephone number has only digits, spaces and - # ( ).',
    passwordTitle: 'Choose a password',
    passwordHint: (least) =>
      `At least ${least} characters. It can be a sentence that you remember and nobody else guesses; special characters are not needed.`,
    password: 'Password',
    passwordError: (least) => `A password has at least ${least} characters.`,
    checkTitle: 'Check your answers',
    checkHint:
      'Once it is sent, you cannot change your name, identity number, date of birth or email address yourself.',
    checkPassword: '(chosen)',
    submit: 'Send',
    sentTitle: 'Please check your email',
    sentText: (email) =>
      `Check ${email} for an email from us. If the address or your identity number was registered before, the email goes to the address that was given then.`,
    sentNext: 'Open the link in it within 10 minutes to finish.',
    sentNotThere: 'No email? Please look into the spam folder, or have it sent again.',
    resend: 'Send it again',
    resendIn: (seconds) => `You can have it sent again in ${seconds} seconds`,
    resent: 'Sent again. Please use the newest email.',
    wrongEmail: 'The address is wrong: enter it again',
  },
  verify: {
    title: 'Confirm your email address',
    text: 'One tap finishes your account and signs you in.',
    confirm: 'Confirm',
    failedTitle: 'This link cannot be used',
    failedText:
      'The link works once, within 10 minutes; if it was sent again, only the newest one works. You can have another one sent here.',
    doneTitle: 'Confirmed',
  },
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    wrong:
      'The email address or the password is not right. Please look again, or set a new password.',
    unverifiedTitle: 'Your email address is not confirmed yet',
    unverifiedText:
      'Please open the email that we sent you. If you cannot find it, have it sent again.',
    suspendedTitle: 'Your account is suspended at present',
    suspendedText:
      'Our email tells you the reason. If you see it differently, please ask the facility at which you visit. You can also ask it for a copy of your personal data, which it answers within 15 days, or to correct or delete your data and close the account, within 30 days.',
    passwordError: 'Enter your password.',
    forgot: 'I forgot my password',
    register: 'No account yet? Make one',
  },
  forgot: {
    title: 'Set a new password',
    text: 'Enter the email address of your account. We send you a link to set a new password.',
    submit: 'Send it to me',
    sentTitle: 'Please check your email',
    sentText: (email) =>
      `If ${email} has an account, we have sent an email there. Its link works for 30 minutes.`,
    resetTitle: 'Choose a new password',
    newPassword: 'New password',
    resetSubmit: 'Save the new password',
    resetDoneTitle: 'Your new password is set',
    resetDoneText:
      'For safety you were signed out on every device. Please sign in with the new password.',
    failedTitle: 'This link cannot be used',
    failedText: 'It may be older than 30 minutes, or used already. Please ask for another.',
    askAgain: 'Send it again',
  },
  profile: {
    title: 'My account',
    fixed:
      'You cannot change your name, identity number, date of birth or email address yourself. If something is wrong, please contact the facility’s visits office.',
    language: 'Language of messages',
    changeTitle: 'Change telephone and language',
    passwordTitle: 'Change password',
    wrongPassword: 'The password is not right. Please enter it again.',
    currentPassword: 'Current password',
    passwordChanged: 'Your password is changed.',
    dataTitle: 'My data',
    exportText: 'Download everything that we keep about you.',
    export: 'Download my data',
    closeTitle: 'Close the account',
    closeText:
      'You can then no longer sign in. If you have visits to come, please cancel or leave them first. Your applications are withdrawn; your data are deleted when the law no longer asks us to keep them.',
    closeLink: 'I want to close my account',
    closeConfirm: 'Close the account',
    closePassword: 'Your password, to show that it is you',
    closedTitle: 'Your account is closed',
    closedText: 'Thank you for using this service.',
  },
};
