"""How the staff signs in: passwords, second steps, devices, mails about them."""
