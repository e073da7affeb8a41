import Settings from '@lucide/svelte/icons/settings';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Settings', route: 'settings', order: 90, icon: Settings, key: 's', view: View };
