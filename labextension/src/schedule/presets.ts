/** Schedules that are one click. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

export interface IPreset {
  readonly label: string;
  /** null: by hand only. */
  readonly cron: string | null;
}

export function presets(trans: TranslationBundle): readonly IPreset[] {
  return [
    { label: trans.__('By hand'), cron: null },
    { label: trans.__('Every hour'), cron: '0 * * * *' },
    { label: trans.__('Every day 02:00'), cron: '0 2 * * *' },
    { label: trans.__('Weekdays 06:00'), cron: '0 6 * * 1-5' },
    { label: trans.__('Mondays 06:00'), cron: '0 6 * * 1' },
    { label: trans.__('Monthly'), cron: '0 2 1 * *' }
  ];
}

export function browserTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
