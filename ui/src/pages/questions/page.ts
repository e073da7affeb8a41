import MessageCircleQuestion from '@lucide/svelte/icons/message-circle-question-mark';
import type { PageInfo } from '../../kit/page-info';
import View from './View.svelte';

export const page: PageInfo = { title: 'Questions', route: 'questions', order: 35, icon: MessageCircleQuestion, key: 'q', view: View };
