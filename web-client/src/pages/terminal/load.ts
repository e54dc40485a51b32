/**
 * Loads the page anew if the service has it now. Nobody is there to leave the browser's own error page again.
 * Returns false if the page stays.
 */
export async function loadAnew(): Promise<boolean> {
  try {
    // What comes takes the place of what is kept, which may look newer than a build that was made earlier.
    const page = await fetch(location.pathname, { cache: 'reload', redirect: 'error' });
    if (page.status !== 200) return false;
  } catch {
    return false;
  }
  location.reload();
  return true;
}
