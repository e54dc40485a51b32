/**
 * What a page keeps in the browser. Storage may be missing, refused or full: cookies blocked, an app's own
 * browser. What it does not take is kept for as long as the page lives.
 */
export class Drawer {
  private readonly held = new Map<string, string>();

  constructor(private readonly storage: () => Storage | null) {}

  get(key: string): string | null {
    return this.held.get(key) ?? this.try((storage) => storage.getItem(key)) ?? null;
  }

  put(key: string, value: string): void {
    this.held.set(key, value);
    this.try((storage) => {
      storage.setItem(key, value);
      this.held.delete(key);
    });
  }

  remove(key: string): void {
    this.held.delete(key);
    this.try((storage) => storage.removeItem(key));
  }

  keys(): string[] {
    return [...this.held.keys(), ...(this.try((storage) => Object.keys(storage)) ?? [])];
  }

  private try<Value>(use: (storage: Storage) => Value): Value | undefined {
    try {
      // The very name may throw, or be null.
      return use(this.storage() as Storage);
    } catch {
      return undefined;
    }
  }
}

/** Kept on the device. */
export const onDevice = new Drawer(() => localStorage);
/** Kept in this tab. */
export const inTab = new Drawer(() => sessionStorage);
