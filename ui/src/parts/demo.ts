// Opening and deleting the demo, and going back to one's own inventory. The demo is a file of its own.
import type { Job } from '../api/gen';
import { follow, inventory } from '../api/inventory.svelte';
import { ApiError, rpc, type Started } from '../api/rpc';

function isStarted(answer: unknown): answer is Started {
  return typeof answer === 'object' && answer !== null && 'job' in answer;
}

export async function openDemo(tell: (job: Job) => void = () => {}): Promise<void> {
  const answer = await rpc('demo_open', {});
  if (isStarted(answer)) {
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
