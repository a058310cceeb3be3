"""What commands share: options, languages, output, progress."""
