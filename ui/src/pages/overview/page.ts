import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Overview', route: 'overview', order: 10, icon: LayoutDashboard, key: 'o', view: View };
