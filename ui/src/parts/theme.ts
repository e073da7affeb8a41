// Choosing a theme: applied at once, remembered in the inventory if one is open.
import { inventory } from '../api/inventory.svelte';
import { rpc, toldOf } from '../api/rpc';
import { notices } from '../kit/notices.svelte';
import { look, type Theme } from '../kit/theme.svelte';

export async function chooseTheme(theme: Theme): Promise<void> {
  look.set(theme);
  if (inventory.status === null || inventory.status.inventory === 'none' || inventory.isReadOnly) return;
  try {
    await rpc('settings_set', { field: 'theme', value: theme, reason: '' });
  } catch (error) {
    notices.tell(toldOf(error).what, { failed: true });
  }
}
