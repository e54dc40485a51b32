/** Browsers inside other apps, which mostly cannot use the camera, and the way out of them. */

export type InApp = 'line' | 'facebook' | 'instagram' | 'wechat';

/** Which app's own browser this is, if it is one. */
export function inApp(userAgent: string): InApp | null {
  if (/\bLine\//i.test(userAgent)) return 'line';
  if (/\bInstagram\b/.test(userAgent)) return 'instagram';
  if (/\bFBA[NV]\b|\bFB_IAB\b/.test(userAgent)) return 'facebook';
  if (/\bMicroMessenger\//.test(userAgent)) return 'wechat';
  return null;
}

/**
 * An address that opens the same page in the phone's own browser, the token kept in the fragment; `null`
 * where there is no such address, or where it has been tried already.
 */
export function wayOut(app: InApp, href: string, userAgent: string): string | null {
  const url = new URL(href);
  if (app === 'line') {
    if (url.searchParams.has('openExternalBrowser')) return null;
    url.searchParams.set('openExternalBrowser', '1');
    return url.href;
  }
  // An `intent:` address would end at the fragment; Chrome's own scheme carries the whole address, and only
  // from one app to the other.
  return /\bAndroid\b/.test(userAgent)
    ? `googlechrome://navigate?url=${encodeURIComponent(href)}`
    : null;
}
