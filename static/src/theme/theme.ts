/** Theme: choosing light, dark or the system's. early.ts applies the choice. */

export type ThemeChoice = 'light' | 'dark' | 'system';

const CHOICES: readonly string[] = ['light', 'dark', 'system'] satisfies ThemeChoice[];

/** The choice in force. */
export function themeChoice(): ThemeChoice {
  const choice = document.documentElement.dataset['themeChoice'] ?? 'system';
  return CHOICES.includes(choice) ? (choice as ThemeChoice) : 'system';
}

/** Keeps the choice on this device and shows it at once, here and in other tabs. */
export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem('theme', choice);
  document.documentElement.dispatchEvent(new Event('themechoice'));
}
