/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ClusterConnectionMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server behind TLS, with a key that the JDK's own tool makes. */
@Timeout(300)
class TlsITCase {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    @Test
    void clientsThatTrustItsKeyAreServedAndPlainOnesAreNot() throws Exception {
        SSLContext context = context();
        try (DevServer server = DevServer.builder().tls(context).start()) {
            try (MongoClient trusting = client(server, context)) {
                trusting.getDatabase("app").getCollection("docs").insertOne(new Document("_id", 1));
                assertThat(trusting.getDatabase("app").getCollection("docs").countDocuments())
                        .isEqualTo(1);
            }
            try (MongoClient plain = client(server, null)) {
                assertThatThrownBy(() ->
                                plain.getDatabase("app").getCollection("docs").countDocuments())
                        .isInstanceOf(MongoTimeoutException.class);
            }
        }
    }

    private static MongoClient client(DevServer server, SSLContext context) {
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.hosts(List.of(new ServerAddress("127.0.0.1", server.port())))
                        .mode(ClusterConnectionMode.SINGLE)
                        .serverSelectionTimeout(context == null ? 2 : 60, TimeUnit.SECONDS));
        if (context != null) {
            settings.applyToSslSettings(ssl -> ssl.enabled(true).context(context));
        }
        return MongoClients.create(settings.build());
    }

    private SSLContext context() throws Exception {
        Path file = folder.resolve("key.p12");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        tool,
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(Files.newInputStream(file), PASSWORD);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
