// Undo of a revision: a new revision that restores what was before. Nothing is erased. Ctrl+Z goes back over what was done in this session.
import { inventory } from '../api/inventory.svelte';
import { rpc, toldOf } from '../api/rpc';
import { notices } from '../kit/notices.svelte';

/** How far Ctrl+Z goes back. */
const KEPT = 10;
/** Revisions of this session that can be undone and done again, newest last. */
let done: number[] = [];
let undone: number[] = [];

/** Tells what was changed, with its undo beside it, and remembers it for Ctrl+Z. */
export function tellChange(text: string, revision: number): void {
  done = [...done, revision].slice(-KEPT);
  undone = [];
  notices.tell(text, { action: { label: 'Undo', run: () => void undo(revision) } });
}

/** Undoes a revision; answers the new one, or null when it was refused. */
async function restore(revision: number, words: string): Promise<number | null> {
  try {
    const answer = (await rpc('undo', { revision, reason: '' })) as { revision: number };
    await inventory.changed();
    notices.tell(words);
    return answer.revision;
  } catch (error) {
    notices.tell(toldOf(error).what, { failed: true });
    return null;
  }
}

export async function undo(revision: number): Promise<boolean> {
  const made = await restore(revision, `Revision ${revision} was undone by a new revision.`);
  if (made === null) return false;
  done = done.filter((each) => each !== revision);
  undone = [...undone, made].slice(-KEPT);
  return true;
}

/** Ctrl+Z: undoes the newest change of this session. */
export async function undoLast(): Promise<void> {
  const revision = done[done.length - 1];
  if (revision === undefined) notices.tell('Nothing of this session is left to undo. The activity log has all changes.');
  else await undo(revision);
}

/** Ctrl+Shift+Z: does again what was undone last. */
export async function redoLast(): Promise<void> {
  const revision = undone[undone.length - 1];
  if (revision === undefined) {
    notices.tell('Nothing was undone in this session.');
    return;
  }
  const made = await restore(revision, 'Done again by a new revision.');
  if (made === null) return;
  undone = undone.slice(0, -1);
  done = [...done, made].slice(-KEPT);
}
