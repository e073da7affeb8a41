import Boxes from '@lucide/svelte/icons/boxes';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Inventory', route: 'inventory', order: 20, icon: Boxes, key: 'i', view: View };
