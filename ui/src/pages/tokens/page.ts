import ScanSearch from '@lucide/svelte/icons/scan-search';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Token inspector', route: 'tokens', order: 37, icon: ScanSearch, key: 'k', view: View };
