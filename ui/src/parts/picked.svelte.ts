// Files that were chosen or dropped and wait to be checked. The Imports page takes them from here.
import type { PickedFile } from '../api/gen';
import { toldOf } from '../api/rpc';
import { notices } from '../kit/notices.svelte';
import { route, to } from '../kit/route.svelte';
import { host } from '../platform/choose';

let files = $state.raw<PickedFile[]>([]);

export const picked = {
  get files() {
    return files;
  },
  set(next: PickedFile[]): void {
    files = next;
  },
  clear(): void {
    files = [];
  },
};

/** Hands files to the Imports page. */
export function takeFiles(next: PickedFile[]): void {
  if (next.length === 0) return;
  picked.set(next);
  route.go(to(['imports', 'new']));
}

/** Opens the file dialog, then the Imports page. */
export async function importFiles(folder: boolean): Promise<void> {
  try {
    takeFiles(await host().pickFiles('import', folder));
  } catch (error) {
    notices.tell(toldOf(error).what, { failed: true });
  }
}
