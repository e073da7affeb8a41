// Undo of a revision: a new revision that restores what was before. Nothing is erased.
import { inventory } from '../api/inventory.svelte';
import { rpc, toldOf } from '../api/rpc';
import { notices } from '../kit/notices.svelte';

export async function undo(revision: number): Promise<boolean> {
  try {
    await rpc('undo', { revision, reason: '' });
    await inventory.changed();
    notices.tell(`Revision ${revision} was undone by a new revision.`);
    return true;
  } catch (error) {
    notices.tell(toldOf(error).what, { failed: true });
    return false;
  }
}
