"""The one-stop service: dossiers, routes with deadlines, receipts, and what is late."""
