/**
 * The token that a letter's link carries behind the `#`. It leaves the address as soon as it is read, so
 * that it stays neither in the history nor on a picture of the screen.
 */
export function takeToken(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}
