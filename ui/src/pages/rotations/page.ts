import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Rotations', route: 'rotations', order: 40, icon: CalendarClock, key: 'r', view: View };
