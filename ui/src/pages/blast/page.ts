import Waves from '@lucide/svelte/icons/waves-horizontal';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Blast radius', route: 'blast', order: 30, icon: Waves, key: 'b', view: View };
