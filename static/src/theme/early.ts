/** Theme: runs before anything is painted, as a blocking classic script, so that no page flashes in the wrong theme. */
// No imports and no exports: the build must leave a script that needs no module loader.
(() => {
  const root = document.documentElement;
  const stored = (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden: the defaults serve
    }
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const choice = stored('theme') ?? 'system';
    const theme = choice === 'dark' || (choice === 'system' && dark.matches) ? 'dark' : 'light';
    root.dataset['theme'] = theme;
    root.dataset['themeChoice'] = choice;
    root.classList.toggle('wa-dark', theme === 'dark');
  };
  apply();
  dark.addEventListener('change', apply);
  addEventListener('storage', apply); // another tab chose
  root.addEventListener('themechoice', apply);
  if (stored('rail') === 'collapsed') root.dataset['rail'] = 'collapsed';
  if (stored('dock') === 'open' && innerWidth > 900) root.dataset['dock'] = 'open';
})();
