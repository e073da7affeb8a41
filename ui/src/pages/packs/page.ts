import PackageCheck from '@lucide/svelte/icons/package-check';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Audit packs', route: 'packs', order: 70, icon: PackageCheck, key: 'p', view: View };
