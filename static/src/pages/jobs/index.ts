/** Jobs: the page's entry. */
