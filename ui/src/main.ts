// Starts the window: host, theme, first state, frame.
import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import Frame from './app/Frame.svelte';
import { inventory } from './api/inventory.svelte';
import { rpc } from './api/rpc';
import { look } from './kit/theme.svelte';
import { chooseHost } from './platform/choose';

look.start();
await chooseHost();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app.');
mount(Frame, { target });
await inventory.refresh();
try {
  // The theme is remembered in the inventory; asking for it must not make one.
  if (inventory.status !== null && inventory.status.inventory !== 'none') look.set((await rpc('settings', {})).theme);
} catch {
  // Without settings the window keeps following the system.
}
