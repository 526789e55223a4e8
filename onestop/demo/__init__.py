"""An invented province: staff, people and dossiers, as `onestop demo` writes them."""
