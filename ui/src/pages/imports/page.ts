import FileInput from '@lucide/svelte/icons/file-input';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Imports', route: 'imports', order: 60, icon: FileInput, key: 'm', view: View };
