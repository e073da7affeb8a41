import ShieldCheck from '@lucide/svelte/icons/shield-check';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Enforcement', route: 'enforcement', order: 55, icon: ShieldCheck, key: 'e', view: View };
