/** The mark of Headroom, with its name. */
export function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path class="brand-ceiling" d="M2 3h16" />
        <path class="brand-bars" d="M4 17v-4M8 17V9M12 17v-7M16 17v-5" />
      </svg>
      <span class="brand-name">Headroom</span>
    </span>
  );
}
