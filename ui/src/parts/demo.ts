// Opening and deleting the demo, and going back to one's own inventory. The demo is a file of its own.
import type { Job } from '../api/gen';
import { follow, inventory } from '../api/inventory.svelte';
import { ApiError, rpc } from '../api/rpc';

function isJob(answer: unknown): answer is Job {
  return typeof answer === 'object' && answer !== null && 'state' in answer && 'id' in answer;
}

export async function openDemo(tell: (job: Job) => void = () => {}): Promise<void> {
  const answer = await rpc('demo_open', {});
  if (isJob(answer)) {
    const ended = await follow(answer, tell);
    if (ended.error) throw new ApiError(ended.error);
  }
  await inventory.changed();
}

export async function deleteDemo(): Promise<void> {
  await rpc('demo_delete', {});
  await inventory.changed();
}

export async function openOwn(): Promise<void> {
  await rpc('inventory_open', {});
  await inventory.changed();
}
