// 1,115 credentials by age: 62 late, 112 of unknown age, 941 in time.
import type { AgeBucket } from './data';

export const example: AgeBucket[] = [
  { label: '0-30', in_time: 210, late: 0, unknown: 0 },
  { label: '31-60', in_time: 271, late: 0, unknown: 0 },
  { label: '61-90', in_time: 293, late: 0, unknown: 0 },
  { label: '91-180', in_time: 75, late: 23, unknown: 0 },
  { label: '181-365', in_time: 92, late: 17, unknown: 0 },
  { label: '366-730', in_time: 0, late: 15, unknown: 0 },
  { label: 'over 730', in_time: 0, late: 7, unknown: 0 },
  { label: 'unknown', in_time: 0, late: 0, unknown: 112 },
];
