import ScrollText from '@lucide/svelte/icons/scroll-text';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Activity log', route: 'activity', order: 80, icon: ScrollText, key: 'a', view: View };
