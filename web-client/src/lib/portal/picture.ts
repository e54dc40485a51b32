/**
 * Pictures made smaller before they are sent: a phone's camera makes 5 MB where 400 KB show a paper just as
 * legibly, and a mobile contract counts them. Drawing it anew also leaves out where it was taken.
 */

/** The longest side afterwards, pixels: an A4 page stays legible at 200 dots an inch. */
const LONGEST = 2_000;
const QUALITY = 0.85;
/** A picture that is small already is sent as it is. */
const SMALL_BYTES = 600_000;

/** The size that fits within `longest`, whole pixels, never larger than it was. */
export function fitted(
  width: number,
  height: number,
  longest = LONGEST,
): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The picture as a JPEG of moderate size, or the file itself if that is better or it is no picture. */
export async function smaller(file: File): Promise<{ blob: Blob; name: string }> {
  const untouched = { blob: file, name: file.name };
  if (!file.type.startsWith('image/')) return untouched;
  const readable = file.type === 'image/jpeg' || file.type === 'image/png';
  const drawn = await draw(file).catch(() => null);
  if (!drawn) return untouched;
  const grown = drawn.blob.size >= file.size || (file.size <= SMALL_BYTES && !drawn.shrunk);
  if (readable && grown) return untouched;
  return { blob: drawn.blob, name: file.name.replace(/\.[^.]*$/, '') + '.jpg' };
}

async function draw(file: File): Promise<{ blob: Blob; shrunk: boolean } | null> {
  const image = await load(file);
  const { naturalWidth, naturalHeight } = image;
  const size = fitted(naturalWidth, naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(image, 0, 0, size.width, size.height);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', QUALITY),
  );
  return blob && { blob, shrunk: size.width < naturalWidth };
}

/** An `<img>` turns the picture the way that the camera was held. */
async function load(file: File): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}
