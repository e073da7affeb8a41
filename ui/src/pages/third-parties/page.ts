import Building2 from '@lucide/svelte/icons/building-2';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Third parties', route: 'third-parties', order: 50, icon: Building2, key: 't', view: View };
